using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Model;

/// <summary>
/// A command as the decider sees it: what a pure function may not look up, time and other services' facts, comes in
/// here
/// and is recorded with the command, so that it can be decided again with the same outcome.
/// </summary>
/// <param name="Command">What is asked.</param>
/// <param name="Now">The moment of deciding, in whole microseconds.</param>
/// <param name="Resolved">What the shell looked up for it, such as a definition's revision and digest; null for
/// nothing.</param>
public sealed record Received(Command Command, DateTimeOffset Now, JsonElement? Resolved);

/// <summary>
/// What a decider made of a command: the facts to append, and the answer. A refusal is an answer too.
/// </summary>
/// <param name="Events">The facts, in the order in which they are to stand in the log.</param>
/// <param name="Result">The answer's result, written with the house's JSON; whole numbers only.</param>
/// <param name="Error">Why the command is refused; null where it is accepted.</param>
public sealed record Decision(IReadOnlyList<IEvent> Events, object? Result, CommandError? Error)
{
    /// <summary>The command is done, with this result and these facts.</summary>
    public static Decision Accept(object? result, params IReadOnlyList<IEvent> events) => new(events, result, null);

    /// <summary>The command is refused; facts about the refusal itself may be kept.</summary>
    public static Decision Refuse(CommandError error, params IReadOnlyList<IEvent> events) => new(events, null, error);

    /// <summary>The command is refused, and nothing happened.</summary>
    /// <param name="type">One of <see cref="ErrorTypes"/>.</param>
    /// <param name="message">What is wrong, in a sentence for a person.</param>
    /// <param name="field">The member that is wrong; null where none is.</param>
    public static Decision Refuse(string type, string message, string? field = null) =>
        new([], null, new CommandError(type, message) { Field = field });
}
