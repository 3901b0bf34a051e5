using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>
/// Operations of ECS that are not here: why, in the type that ECS's own clients know for it where it has one.
/// </summary>
internal static class NotHere
{
    // Whose names hold one of these words; the first that fits.
    private static readonly (string Word, string Why)[] Never =
    [
        ("CapacityProvider", "capacity providers are a cloud's machines; tasks run on the instances of the cluster"),
        ("TaskSet", "task sets are for deployments by another program"),
        ("Daemon", "daemons run on a cloud's managed instances"),
        ("ExpressGateway", "express gateway services need a cloud's load balancer"),
        (
            "ExecuteCommand",
            "it answers with a session of AWS Systems Manager. Run the command with 'ecs exec <task> <container> -- "
            + "<command>': it is recorded in the log too"),
    ];

    private const string SignedReports =
        "What a task does is reported by the Agent of its instance, on the bus (submit-task-states), and signed with "
        + "the key that the instance joined with. Over HTTP nobody has that key, so nothing is taken here.";

    private static readonly Dictionary<string, CommandError> Refusals = new(StringComparer.Ordinal)
    {
        ["DiscoverPollEndpoint"] = new(
            ErrorTypes.Client,
            "Ecs.Events has no endpoint that ECS's own agent could poll: its Agents are connected to the bus "
            + "(ECS_BUS_URI)."),
        ["SubmitTaskStateChange"] = new("AccessDeniedException", SignedReports),
        ["SubmitContainerStateChange"] = new("AccessDeniedException", SignedReports),
        ["SubmitAttachmentStateChanges"] = new("AccessDeniedException", SignedReports),
        ["UpdateContainerAgent"] = new(
            "NoUpdateAvailableException",
            "Ecs.Events does not update its Agents: each is a program of its own, deployed as any other."),
    };

    /// <summary>
    /// The refusal of an operation that ECS has and the house has not; null of what ECS has not either.
    /// </summary>
    public static CommandError? Refuse(string name)
    {
        if (!EcsOperations.Names.Contains(name)) return null;

        if (Refusals.TryGetValue(name, out var refusal)) return refusal;

        var (_, why) = Array.Find(Never, one => name.Contains(one.Word, StringComparison.Ordinal));
        return new CommandError(ErrorTypes.UnknownOperation, why is null
            ? $"Ecs.Events does not have the ECS operation {name} yet."
            : $"Ecs.Events does not have the ECS operation {name}: {why}.");
    }
}
