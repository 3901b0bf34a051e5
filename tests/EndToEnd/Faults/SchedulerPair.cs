using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Faults;

/// <summary>One of a pair, and the name by which PostgreSQL knows its connections.</summary>
internal sealed record NamedScheduler(string Name, ServiceProcess Process);

/// <summary>
/// Two Schedulers in place of the stack's own: one leads, the other follows it. Their connections have names, so that
/// it can be told which of them wrote.
/// </summary>
internal sealed class SchedulerPair : IAsyncDisposable
{
    private readonly NamedScheduler _first;
    private readonly NamedScheduler _second;

    private SchedulerPair(NamedScheduler first, NamedScheduler second) => (_first, _second) = (first, second);

    public static async Task<SchedulerPair> StartAsync(EcsStack stack, string name)
    {
        await stack.Scheduler.TerminateAsync();
        var pair = new SchedulerPair(Scheduler(stack, name, "first"), Scheduler(stack, name, "second"));
        await pair.RolesAsync();
        return pair;
    }

    /// <summary>
    /// Who leads now, and who stands by; on a machine that is too busy they may have changed. Whichever does not run is started.
    /// </summary>
    public async Task<(NamedScheduler Active, NamedScheduler Standby)> RolesAsync()
    {
        foreach (var one in new[] { _first, _second }.Where(one => !one.Process.IsRunning)) one.Process.Start();
        NamedScheduler? active = null;
        await Eventually.HoldsAsync("one Scheduler leads and one stands by", async () =>
        {
            foreach (var (one, other) in new[] { (_first, _second), (_second, _first) })
            {
                if (await one.Process.SaysAsync("leads") && await other.Process.SaysAsync("stands by")) active = one;
            }

            return active is not null;
        });
        return active == _first ? (_first, _second) : (_second, _first);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.Process.DisposeAsync();
        await _second.Process.DisposeAsync();
    }

    private static NamedScheduler Scheduler(EcsStack stack, string name, string part) => new(part, stack.Another(
        "Scheduler",
        $"Scheduler-{part}-{name}",
        path: null,
        ("ECS_LOG_CONNECTION", $"{stack.Backbone.LogConnectionOf("scheduler")};Application Name={part}")));
}
