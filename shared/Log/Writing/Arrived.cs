using System.Text.Json;
using Ecs.Contracts.Commands;

namespace Ecs.Log;

/// <summary>
/// A command that waits to be decided, with its key, its canonical text and what was looked up for it.
/// </summary>
public sealed record Arrived
{
    private Arrived(Command command, CommandType type, CommandKey key)
    {
        Command = command;
        Name = type.Name;
        IsRoutine = type.IsRoutine;
        Key = key;
    }

    /// <summary>What is asked.</summary>
    public Command Command { get; }

    /// <summary>Its name on the bus.</summary>
    public string Name { get; }

    /// <summary>Whether it is a routine report, whose id is not kept.</summary>
    public bool IsRoutine { get; }

    /// <summary>Which command it is: repeats are told by it.</summary>
    public CommandKey Key { get; private init; }

    /// <summary>This one sending of it, which is the same thing unless a token stands for several.</summary>
    public CommandKey SendingKey => Key with { CommandId = Command.CommandId ?? "" };

    /// <summary>The whole command as canonical JSON.</summary>
    public string Body { get; private init; } = "";

    /// <summary>Digest of what a repeat must have in common with the first.</summary>
    public string Digest { get; private init; } = "";

    /// <summary>What was looked up for it; null for nothing.</summary>
    public JsonElement? Resolved { get; init; }

    /// <summary>Why it cannot even be kept; null where it can.</summary>
    public CommandError? Refusal { get; private init; }

    /// <summary>Takes a command in.</summary>
    /// <exception cref="ArgumentException">
    /// It is a query, or another service's: a bug of whoever sent it here.
    /// </exception>
    public static Arrived Of(Command command, string service)
    {
        var type = CommandTypes.Of(command.GetType());
        if (type.IsQuery || type.Service != service)
        {
            throw new ArgumentException($"'{type.Name}' is not a command of '{service}'", nameof(command));
        }

        var arrived = new Arrived(
            command, type, new CommandKey(service, command.Account, command.Region, command.RepeatId ?? ""));
        if (arrived.SendingKey.CommandId.Length is 0 or > Command.MaxIdLength)
        {
            return arrived with
            {
                Refusal = Invalid($"a command needs an id of 1 to {Command.MaxIdLength} characters"),
            };
        }

        try
        {
            var body = CommandText.Canonical(command, command.GetType());
            return CommandText.HasNul(body)
                ? arrived with { Refusal = Invalid("the character U+0000 cannot be kept") }
                : arrived with { Body = body, Digest = CommandText.DigestOf(command) };
        }
        catch (Exception e) when (e is FormatException or JsonException or NotSupportedException)
        {
            return arrived with { Refusal = Invalid(e.Message) };
        }
    }

    /// <summary>
    /// The command as this sending alone: what is refused only because it came too late must not speak for a token that
    /// may be sent again in time.
    /// </summary>
    internal Arrived AsSending() => this with { Key = SendingKey };

    private static CommandError Invalid(string message) => new(ErrorTypes.InvalidParameter, message);
}
