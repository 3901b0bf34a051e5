using Ecs.Agent.Running;
using Ecs.Agent.Tasks;

namespace Ecs.Agent.Tests.Running;

public sealed class StartsTests
{
    private static readonly TaskState Idle = TaskMachine.Step(
        TaskMachine.Unknown(Some.Task(1)),
        new Assigned(Some.Time, Some.Start(1, 10, Some.Container("web"), Some.Container("db")))).State;

    private readonly Starts _starts = new();

    [Theory]
    [InlineData(Step.Create, true)]
    [InlineData(Step.Start, true)]
    [InlineData(Step.Pull, false)]
    [InlineData(Step.Stop, false)]
    [InlineData(Step.None, false)]
    internal void Given_what_is_done_with_a_container_then_only_its_creation_and_start_count(Step step, bool counts)
    {
        _starts.Changed(null, Doing(step));

        Assert.Equal(counts, _starts.Any);
    }

    [Fact]
    public void Given_two_containers_that_are_started_then_it_ends_with_the_last_of_them_or_with_their_task()
    {
        var both = Doing(Step.Create, Step.Start);
        var one = Doing(Step.None, Step.Start);
        _starts.Changed(null, both);
        _starts.Changed(both, one);
        Assert.True(_starts.Any);

        _starts.Changed(one, Doing(Step.None, Step.None));
        Assert.False(_starts.Any);

        _starts.Changed(null, both);
        _starts.Changed(both, null);
        Assert.False(_starts.Any);
    }

    private static TaskState Doing(params Step[] steps) => Idle with
    {
        Containers = [.. Idle.Containers.Select((container, i) => container with { Doing = i < steps.Length ? steps[i] : Step.None })],
    };
}
