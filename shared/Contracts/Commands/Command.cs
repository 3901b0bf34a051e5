using System.Text.Json.Serialization;

namespace Ecs.Contracts.Commands;

/// <summary>
/// What every command and query carries. A command asks; it is decided once, however often it arrives: the same id
/// twice
/// has one effect and the same answer.
/// </summary>
public abstract record Command
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>
    /// The sender's id, any text of 1 to <see cref="MaxIdLength"/> characters; on the bus AMQP's <c>message_id</c>
    /// serves
    /// where the body names none. A command without an id is refused, since a redelivery could not be told from a
    /// repeat.
    /// </summary>
    public string? CommandId { get; init; }

    /// <summary>The account whose name space the command is about.</summary>
    public string Account { get; init; } = Scope.DefaultAccount;

    /// <summary>The region whose name space the command is about.</summary>
    public string Region { get; init; } = Scope.DefaultRegion;

    /// <summary>Who asks, for the history: a user's ARN, a program's name. It grants nothing.</summary>
    public string? Actor { get; init; }

    /// <summary>
    /// Past this moment the command is refused instead of done, so that a sender which gave up may safely ask again.
    /// Without it the command waits as long as it takes.
    /// </summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// Ties what several commands caused together in the history; the command's own id where none is given.
    /// </summary>
    public string? CorrelationId { get; init; }

    /// <summary>
    /// The id by which a repeat is told: the command's own, unless a token of it stands for more than one sending.
    /// </summary>
    [JsonIgnore]
    public virtual string? RepeatId => CommandId;
}
