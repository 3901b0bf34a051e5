using System.Text.RegularExpressions;
using Ecs.Contracts.Commands;
using Ecs.Model.Tagging;
using Ecs.Placement.Asking;
using Ecs.Rules.ContainerInstances;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.Tasks;

/// <summary>The ranges of RunTask's and StartTask's own members, as the ECS model documents them.</summary>
public static partial class RunTaskRules
{
    /// <summary>Shorter than RunTask's, as the ECS model has it.</summary>
    private const int MaxStartTaskStartedBy = 36;

    /// <summary>The value of <c>propagateTags</c> that gives tasks the definition's tags.</summary>
    public const string FromDefinition = "TASK_DEFINITION";

    /// <summary>The longest <c>referenceId</c>, in characters.</summary>
    private const int MaxReference = 1024;

    /// <summary>The first rule that a command breaks; null where it keeps them all.</summary>
    public static CommandError? Broken(RunTask command) => command switch
    {
        { TaskDefinition: null or "" } => Wrong("taskDefinition", "must name a task definition"),
        { Count: < 1 or > RunTask.MaxCount } => Wrong("count", $"must be 1 to {RunTask.MaxCount}"),
        { WaitForCapacity: < 1 or > RunTask.MaxWait } =>
            Wrong("waitForCapacity", $"must be 1 to {RunTask.MaxWait} seconds"),
        { LaunchType: { } type } when type is not ("EC2" or "EXTERNAL") =>
            Wrong("launchType", $"must be EC2 or EXTERNAL, not '{type}': tasks run on one's own machines"),
        { StartedBy: { } by } when !StartedBy().IsMatch(by) =>
            Wrong("startedBy", "must be at most 128 letters, digits, hyphens, underscores, slashes, colons and dots"),
        { PlacementConstraints.Count: > PlacementRules.MaxConstraints } =>
            Wrong("placementConstraints", $"must be at most {PlacementRules.MaxConstraints}"),
        { Group: { } group } when !Group().IsMatch(group) =>
            Wrong("group", "must be 1 to 255 printable characters without spaces"),
        { Group: { } group } when group.StartsWith("service:", StringComparison.Ordinal) =>
            Wrong("group", "must not start with 'service:', which is a service's own"),
        { ClientToken: { } token } when !Token().IsMatch(token) =>
            Wrong("clientToken", "must be 1 to 64 ASCII characters of the codes 33 to 126"),
        _ => Shared(command),
    };

    /// <summary>The first rule that a command breaks; null where it keeps them all.</summary>
    public static CommandError? Broken(StartTask command) => command switch
    {
        _ when Naming.Wrong(command.ContainerInstances, StartTask.MaxInstances, "containerInstances") is { } wrong =>
            wrong,
        { StartedBy.Length: > MaxStartTaskStartedBy } =>
            Wrong("startedBy", $"must be at most {MaxStartTaskStartedBy} characters"),
        _ => Broken(new RunTask
        {
            TaskDefinition = command.TaskDefinition,
            StartedBy = command.StartedBy,
            Group = command.Group,
        }) ?? Shared(command),
    };

    private static CommandError? Shared(IRunsDefinition command) => command switch
    {
        { PropagateTags: "SERVICE" } =>
            Wrong("propagateTags", "must not be SERVICE for a task that is not a service's"),
        { PropagateTags: not (null or "NONE" or FromDefinition) } =>
            Wrong("propagateTags", $"must be {FromDefinition} or NONE"),
        { ReferenceId.Length: > MaxReference } =>
            Wrong("referenceId", $"must be at most {MaxReference} characters"),
        { EnableExecuteCommand: true } =>
            Wrong("enableExecuteCommand", "must be false: 'ecs exec' needs no such leave, and ECS's own is not here"),
        _ => TagRules.Broken(command.Tags),
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_/:.\-]{0,128}\z")]
    private static partial Regex StartedBy();

    [GeneratedRegex(@"\A[\x21-\x7e]{1,255}\z")]
    private static partial Regex Group();

    [GeneratedRegex(@"\A[\x21-\x7e]{1,64}\z")]
    private static partial Regex Token();
}
