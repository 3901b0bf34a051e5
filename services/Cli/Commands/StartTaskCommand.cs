using System.CommandLine;
using Ecs.Cli.Progress;

namespace Ecs.Cli.Commands;

/// <summary>
/// <c>ecs start-task family:revision --container-instance ID</c>: starts tasks where the caller says.
/// </summary>
internal sealed class StartTaskCommand
{
    private readonly StartOptions _start = new();

    private readonly Option<string[]> _instances = new("--container-instance", "--container-instances")
    {
        Description = "Ids of 1 to 10 instances, their first characters, or ARNs: one task is started on each.",
        HelpName = "ID",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var start = new StartTaskCommand();
        var command = new Command("start-task", "Start one task of a definition on each of the named instances.");
        start._start.AddTo(command, start._instances);
        return line.Runs(command, start.RunAsync);
    }

    private async Task<int> RunAsync(Session session, ParseResult parsed)
    {
        var cluster = _start.Cluster(parsed);
        var instances = await ShortIds.InstancesAsync(session, cluster, parsed.GetValue(_instances)!);
        var reply = await session.CallAsync(
            "StartTask", [.. _start.Members(parsed), ("containerInstances", Session.Names(instances))]);
        var started = new StartedTasks(session, cluster, reply);
        return _start.IsHurried(parsed) ? started.Show() : await started.FollowAsync(_start.Timeout(parsed));
    }
}
