using System.CommandLine;
using Ecs.Cli.Progress;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs run-task custom-name:custom-version</c>: starts tasks and shows how they come up.</summary>
internal sealed class RunTaskCommand
{
    private readonly StartOptions _start = new();

    private readonly Option<int?> _count = new("--count") { Description = "How many, 1 (the default) to 10." };

    private readonly Option<string[]> _constraint = new("--placement-constraint")
    {
        Description = "A rule for the instance: distinctInstance, or memberOf:EXPRESSION of the cluster query "
            + "language, such as \"memberOf:attribute:zone == a\". May be given several times.",
        HelpName = "CONSTRAINT",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _strategy = new("--placement-strategy")
    {
        Description = "A wish for the place: random, binpack:cpu, binpack:memory, spread:instanceId, "
            + "spread:attribute:NAME. Given several times, a later one breaks ties of those before it.",
        HelpName = "STRATEGY",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<int?> _waitForCapacity = new("--wait-for-capacity")
    {
        Description = "How long tasks that find no room wait for it in PROVISIONING; without it they fail at once.",
        HelpName = "SECONDS",
    };

    private readonly Option<string?> _token = new("--client-token")
    {
        Description = "The same token again starts nothing new; one is made where none is given.",
    };

    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var run = new RunTaskCommand();
        var command = new Command("run-task", "Start tasks of a definition wherever there is room.");
        run._start.AddTo(command, run._count, run._constraint, run._strategy, run._waitForCapacity, run._token);
        return line.Runs(command, run.RunAsync);
    }

    private async Task<int> RunAsync(Session session, ParseResult parsed)
    {
        var patience = parsed.GetValue(_waitForCapacity);
        var reply = await session.CallAsync(
            "RunTask",
            [
                .. _start.Members(parsed),
                ("count", parsed.GetValue(_count)),
                ("placementConstraints", Placing.Constraints(parsed.GetValue(_constraint)!)),
                ("placementStrategy", Placing.Strategies(parsed.GetValue(_strategy)!)),
                ("waitForCapacity", patience),
                ("clientToken", parsed.GetValue(_token) ?? $"{Guid.NewGuid()}"),
            ]);
        var cluster = _start.Cluster(parsed);
        var started = new StartedTasks(session, cluster, reply, refusalsOf: cluster ?? "default");
        return _start.IsHurried(parsed)
            ? started.Show()
            : await started.FollowAsync(_start.Timeout(parsed) + TimeSpan.FromSeconds(patience ?? 0));
    }
}
