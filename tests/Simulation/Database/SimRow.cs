using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Log;

namespace Ecs.Simulation.Database;

/// <summary>An event as the simulated log keeps it: its text, and what the text is read as.</summary>
internal sealed record SimRow
{
    /// <summary>Its place in the log.</summary>
    public required long Position { get; init; }

    /// <summary>What was decided.</summary>
    public required DecidedEvent Decided { get; init; }

    /// <summary>The command that led to it.</summary>
    public required DecidedCommand Command { get; init; }

    /// <summary>The time of its commit.</summary>
    public required DateTimeOffset LogTime { get; init; }

    /// <summary>The fact, read back from its text.</summary>
    public required IEvent Fact { get; init; }

    /// <summary>The kind of its stream.</summary>
    public required ResourceKind Kind { get; init; }

    /// <summary>The event as readers get it.</summary>
    public StoredEvent Stored => new(
        Position, Id, Decided.Stream, Decided.Version, Decided.Name, LogTime, Command.Key.CommandId,
        Command.Correlation, Command.Actor, Fact);

    /// <summary>The event as relays get it.</summary>
    public RawEvent Raw => Chained.ToRaw(LogTime);

    /// <summary>The event as its commit has it.</summary>
    public ChainedEvent Chained => new(
        Position, Id, Decided.Stream, Decided.Version, Decided.Name, Command.Key.CommandId, Command.Correlation,
        Command.Actor, Decided.Data);

    private Guid Id => EventIds.Of(Decided.Stream, Decided.Version, Position);

    /// <summary>The row of a decided event.</summary>
    public static SimRow Of(DecidedEvent e, DecidedCommand command, long position, DateTimeOffset logTime) => new()
    {
        Position = position,
        Decided = e,
        Command = command,
        LogTime = logTime,
        Fact = (IEvent)JsonSerializer.Deserialize(e.Data, EventTypes.Find(e.Name)!, EcsJson.Options)!,
        Kind = Arn.Parse(e.Stream).Kind,
    };
}

/// <summary>A commit as the simulated log keeps it.</summary>
/// <param name="Commit">Its number, time and place.</param>
/// <param name="Lease">The lease that it was written under.</param>
/// <param name="Commands">What was decided.</param>
/// <param name="Rows">Its events.</param>
internal sealed record SimCommit(
    Commit Commit, Lease Lease, IReadOnlyList<DecidedCommand> Commands, List<SimRow> Rows);
