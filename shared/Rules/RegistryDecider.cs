using Ecs.Contracts.Commands;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules.Tagging;
using Ecs.Rules.TaskDefinitions;

namespace Ecs.Rules;

/// <summary>The Registry's rules, whole: a pure function from state and command to facts and answer.</summary>
public static class RegistryDecider
{
    /// <summary>
    /// The version of the rules, recorded with each decision; it rises when the same command may decide otherwise.
    /// </summary>
    public const string Version = "registry-6";

    /// <summary>Decides one command.</summary>
    /// <exception cref="ArgumentException">It is none of the Registry's.</exception>
    public static Decision Decide(Families families, Received received) => received.Command switch
    {
        RegisterTaskDefinition command => Registration.Decide(families, command, received.Now),
        DeleteTaskDefinitions command => Deletion.Decide(families, command, received.Now),
        TagTaskDefinition command => DefinitionTags.Decide(families, command, received.Now),
        UntagTaskDefinition command => DefinitionTags.Decide(families, command, received.Now),
        DeregisterTaskDefinition command => Deregistration.Decide(families, command, received.Now),
        var other => throw new ArgumentException($"not a command of the Registry: {other.GetType().Name}"),
    };
}
