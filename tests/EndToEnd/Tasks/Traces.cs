using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

[Collection(CalmTests.Name)]
public sealed class Traces(CalmStack stack) : StackTest(stack)
{
    [Fact]
    public async Task Given_programs_that_keep_spans_when_a_task_has_run_then_its_way_through_all_of_them_is_told()
    {
        var task = Assert.Single(await RunAsync("default", await DefineAsync(NewName("traced"), Containers.Sleep)));
        await WhenAsync("default", task, "RUNNING");
        await Api.CallAsync("StopTask", new { cluster = "default", task });

        string[] steps =
        [
            "gateway RunTask", "scheduler answer run-task", "scheduler commit", "scheduler publish task-placed",
            "scheduler tell Agent task-placed", "agent take over", "agent Create main", "agent Start main",
            "agent report", "scheduler answer submit-task-states", "scheduler publish task-running",
        ];
        var told = (await Eventually.GetAsync(
            "every span is written",
            () => Tool.Ecs(Stack).RunAsync("trace", task, Stack.Traces),
            run => Array.TrueForAll(steps, step => run.Output.Contains(step, StringComparison.Ordinal)),
            show: run => $"{run}")).Good().Output;

        TestContext.Current.TestOutputHelper!.WriteLine(told);
        var at = steps[..8].Select(step => told.IndexOf(step, StringComparison.Ordinal)).ToList();
        Assert.True(at[0] < at[1] && at[1] < at[2] && at[2] < at[5] && at[5] < at[6] && at[6] < at[7], told);
    }
}
