using System.Text.Json;

namespace Ecs.Contracts.Commands;

/// <summary>The answer to one command or query: a result, or the error that says why there is none.</summary>
public sealed record Answer
{
    /// <summary>The id of the command that is answered; null only where none could be read.</summary>
    public string? CommandId { get; init; }

    /// <summary>The result, in the shape that ECS gives to this operation's reply.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Why the command was refused; null where it was accepted.</summary>
    public CommandError? Error { get; init; }

    /// <summary>
    /// The log's position that the answer stands for: of a command the last position of its commit, of a query the
    /// position that the state was read at.
    /// </summary>
    public long? Position { get; init; }
}

/// <summary>A refusal: a fact about the command, never a fault of the house.</summary>
/// <param name="Type">The ECS error type, such as <c>ClientException</c>; see <see cref="ErrorTypes"/>.</param>
/// <param name="Message">What is wrong, in a sentence for a person.</param>
public sealed record CommandError(string Type, string Message)
{
    /// <summary>A member that breaks a rule: <c>InvalidParameterException</c>, with both named.</summary>
    /// <param name="field">The member, as a path.</param>
    /// <param name="rule">The rule, as the rest of a sentence: <c>must be given</c>.</param>
    public static CommandError Wrong(string field, string rule) =>
        new(ErrorTypes.InvalidParameter, $"{field} {rule}.") { Field = field };

    /// <summary>
    /// The member that is wrong, as a path such as <c>containerDefinitions[0].cpu</c>; null where none is.
    /// </summary>
    public string? Field { get; init; }

    /// <summary>
    /// Where an Agent's session is older than the one that the log knows: that one, so that an Agent which has lost its
    /// own can go above it; null elsewhere.
    /// </summary>
    public long? LastSession { get; init; }

    /// <summary>For <c>ConflictException</c>: the ARNs of what the first use of the token made.</summary>
    public IReadOnlyList<string>? ResourceIds { get; init; }
}

/// <summary>The error types of the ECS API, as its model spells them.</summary>
public static class ErrorTypes
{
    /// <summary>The request is wrong in a way that only its sender can mend.</summary>
    public const string Client = "ClientException";

    /// <summary>A parameter is missing, unknown or out of its range.</summary>
    public const string InvalidParameter = "InvalidParameterException";

    /// <summary>The named cluster is not there.</summary>
    public const string ClusterNotFound = "ClusterNotFoundException";

    /// <summary>The named service is not there.</summary>
    public const string ServiceNotFound = "ServiceNotFoundException";

    /// <summary>A cluster with container instances cannot be deleted.</summary>
    public const string ClusterContainsContainerInstances = "ClusterContainsContainerInstancesException";

    /// <summary>A cluster with tasks cannot be deleted.</summary>
    public const string ClusterContainsTasks = "ClusterContainsTasksException";

    /// <summary>The named target, a container instance, is not there.</summary>
    public const string TargetNotFound = "TargetNotFoundException";

    /// <summary>The named resource is not there; the operations about tags say so.</summary>
    public const string ResourceNotFound = "ResourceNotFoundException";

    /// <summary>An instance would have more custom attributes than ECS allows.</summary>
    public const string AttributeLimitExceeded = "AttributeLimitExceededException";

    /// <summary>A limit of the house is reached.</summary>
    public const string LimitExceeded = "LimitExceededException";

    /// <summary>The same token or id was used for something else before.</summary>
    public const string Conflict = "ConflictException";

    /// <summary>The operation is not one of this house.</summary>
    public const string UnknownOperation = "UnknownOperationException";

    /// <summary>The body could not be read as the operation's shape.</summary>
    public const string Serialization = "SerializationException";

    /// <summary>
    /// A fault of the house, or a service that did not answer in time: the same command may be sent again.
    /// </summary>
    public const string Server = "ServerException";
}
