using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Log;

namespace Ecs.Auditor.History;

/// <summary>All that a command caused, or the part of it that one answer holds.</summary>
/// <param name="Of">The command's id.</param>
/// <param name="Commands">The command itself and those that its correlation ties to it, in the log's order.</param>
/// <param name="HasMoreCommands">Whether the correlation ties more commands than an answer holds.</param>
/// <param name="Entries">Their events in the log's order.</param>
/// <param name="Gaps">Where those are not what was written; empty where nobody has been at them.</param>
/// <param name="NextAfter">Where the next part begins: ask again with it as <c>after</c>; null at the end.</param>
internal sealed record CausedView(
    string Of,
    IReadOnlyList<CausedCommand> Commands,
    bool HasMoreCommands,
    IReadOnlyList<HistoryEntry> Entries,
    IReadOnlyList<HistoryGap> Gaps,
    long? NextAfter);

/// <summary>A command with what became of it.</summary>
internal sealed record CausedCommand
{
    /// <summary>The sender's id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name on the bus.</summary>
    public required string Name { get; init; }

    /// <summary>The service that decided it.</summary>
    public required string Service { get; init; }

    /// <summary>Whether it is the one that was asked about; the others are tied to it by its correlation.</summary>
    public required bool IsAsked { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The end of its commit in the log.</summary>
    public required long? Position { get; init; }

    /// <summary>Who asked; null where nobody gave a name.</summary>
    public string? Actor { get; init; }

    /// <summary>What ties it to others.</summary>
    public required string Correlation { get; init; }

    /// <summary>The rules that decided it.</summary>
    public required string DeciderVersion { get; init; }

    /// <summary><c>ACCEPTED</c> or <c>REFUSED</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it was refused.</summary>
    public CommandError? Error { get; init; }

    /// <summary>The whole command; only of the one that was asked about.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>What was answered; only to the one that was asked about.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>A command as it is shown.</summary>
    public static CausedCommand Of(TiedCommand tied, bool isAsked)
    {
        var (command, answer) = (tied.Command, tied.Command.Answer);
        return new CausedCommand
        {
            Id = command.Key.CommandId,
            Name = command.Name,
            Service = command.Key.Service,
            IsAsked = isAsked,
            ReceivedAt = command.ReceivedAt,
            Position = answer.Position,
            Actor = tied.Actor,
            Correlation = tied.Correlation,
            DeciderVersion = command.DeciderVersion,
            Outcome = answer.Error is null ? "ACCEPTED" : "REFUSED",
            Error = answer.Error,
            Body = isAsked ? command.Body : null,
            Result = isAsked ? answer.Result : null,
        };
    }
}
