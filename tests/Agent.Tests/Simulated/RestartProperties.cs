using CsCheck;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Simulated;

public sealed class RestartProperties
{
    private static readonly ContainerRestartPolicy Policy =
        new() { Enabled = true, RestartAttemptPeriod = 10, IgnoredExitCodes = [0] };

    [Fact]
    public void Given_any_ends_faults_and_crashes_then_a_container_runs_again_as_its_policy_says_and_never_in_a_task_that_is_to_stop() =>
        Gen.Int[0, 59].Array[0, 80].Sample(chance =>
        {
            var task = new RestartedTask(new Choices(chance), Policy);

            task.Go();

            var web = task.State.Containers[0];
            // A run that was removed before it was seen is not known of.
            if (!task.IsGone) Assert.Equal(task.Runs.Count, (web.Restart?.Count ?? 0) + (task.Runs.Count > 0 ? 1 : 0));
            if (task.IsStopAsked) Assert.Equal(LifecycleStatus.Stopped, task.State.Status);
            if (task.State.Status == LifecycleStatus.Stopped)
            {
                Assert.False(task.IsRunning);
                Assert.True(task.IsStopAsked || task.IsGone || !task.Allows(task.Runs[^1]), "it was to run again");
            }
            else
            {
                Assert.True(task.IsRunning);
            }
        }, iter: 20_000);

    [Fact]
    public void Given_no_policy_that_is_enabled_then_nothing_is_ever_started_twice() =>
        Gen.Int[0, 59].Array[0, 60].Sample(chance =>
        {
            var task = new RestartedTask(new Choices(chance), Policy with { Enabled = false });
            task.Go();

            Assert.InRange(task.Runs.Count, 0, 1);
        }, iter: 5_000);
}
