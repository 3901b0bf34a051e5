using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Model.Fleet;

namespace Ecs.Rules.ContainerInstances;

/// <summary>
/// Who may speak for an instance: the key that it was registered with, and no other. An instance without one, of an
/// older Agent, is anybody's, until it is registered with a key.
/// </summary>
public static class InstanceKeys
{
    /// <summary>The refusal of a command that the instance's own key has not signed; null where it has.</summary>
    public static CommandError? Wrong(InstanceState instance, AgentCommand command)
    {
        if (instance.Profile.Key is not { } own || own == command.SignedBy) return null;

        var signed = command.SignedBy is { } other ? $"signed by {other}" : "not signed";
        var arn = Arn.Parse(instance.Arn);
        return new CommandError(
            ErrorTypes.Client,
            $"The signature must be by the key that this container instance joined with, {own}; the message is "
            + $"{signed}. If its Agent has lost its key file, deregister it with"
            + $" 'ecs deregister-container-instance {arn.Name} --force --cluster {arn.ClusterName}': then it joins"
            + " anew with its new key. If this is another machine whose Docker engine has the same id, a clone, give it"
            + " an id of its own with ECS_INSTANCE_ID.")
        {
            Field = "signature",
        };
    }

    /// <summary>The refusal of an Agent that has a key which the log does not know yet.</summary>
    public static readonly CommandError NotRegistered = new(
        ErrorTypes.Client, "The signature must be by a key that is known: register the instance with it first.")
    {
        Field = "signature",
    };
}
