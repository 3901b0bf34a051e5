using System.Runtime.InteropServices;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Log;

/// <summary>An event as the log holds it, with the fact left as JSON: for those who pass it on or check it.</summary>
/// <param name="Position">Its place in the one order of the whole log; rises, with gaps that stay gaps.</param>
/// <param name="Id">The event's own id, also the id of its message on the bus.</param>
/// <param name="Stream">The ARN of what it is about.</param>
/// <param name="Version">Its place in its stream, from 1, without gaps.</param>
/// <param name="Name">The stored name.</param>
/// <param name="LogTime">When its commit was written.</param>
/// <param name="Causation">The id of the command that caused it.</param>
/// <param name="Correlation">What ties it to other commands' events.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Data">The fact.</param>
public sealed record RawEvent(
    long Position,
    Guid Id,
    string Stream,
    long Version,
    string Name,
    DateTimeOffset LogTime,
    string? Causation,
    string? Correlation,
    string? Actor,
    JsonElement Data)
{
    /// <summary>The fact as canonical JSON, in UTF-8.</summary>
    public byte[] CanonicalData() =>
        IsCanonical ? JsonMarshal.GetRawUtf8Value(Data).ToArray() : CanonicalJson.Bytes(Data);

    /// <summary>Whether the fact stands there in that form already.</summary>
    internal bool IsCanonical { get; init; }

    /// <summary>The event with its fact; without it where this version does not know the name.</summary>
    /// <exception cref="InvalidDataException">The name is known, but its data cannot be read as that event.</exception>
    public StoredEvent ToStored() => new(
        Position, Id, Stream, Version, Name, LogTime, Causation, Correlation, Actor,
        Facts.Read(Name, Position, Data));

    /// <summary>What stands beside the fact, for those who pass that on as it is.</summary>
    public StoredEvent WithoutData() => new(
        Position, Id, Stream, Version, Name, LogTime, Causation, Correlation, Actor, Data: null);
}

/// <summary>Which events a reader wants; what is null does not narrow, and what is given narrows together.</summary>
public sealed record LogFilter
{
    /// <summary>Only events about these kinds of resource.</summary>
    public IReadOnlyCollection<ResourceKind>? Kinds { get; init; }

    /// <summary>Only events of these stored names.</summary>
    public IReadOnlyCollection<string>? Names { get; init; }

    /// <summary>Only events of these streams.</summary>
    public IReadOnlyCollection<string>? Streams { get; init; }

    /// <summary>
    /// Only events of streams in this part of the world. An index finds a cluster or a family by its name, account and
    /// region; for less, or for a task or an instance without those, the whole log is read.
    /// </summary>
    public LogPlaces? Places { get; init; }

    /// <summary>Only events that these commands, by their ids, led to.</summary>
    public IReadOnlyCollection<string>? Causations { get; init; }
}

/// <summary>Part of the world, by what stands in the streams' ARNs; what is null does not narrow.</summary>
/// <param name="Account">The account.</param>
/// <param name="Region">The region.</param>
/// <param name="Cluster">The cluster itself and all in it, by its name.</param>
/// <param name="Family">The family of definitions, by its name.</param>
public sealed record LogPlaces(
    string? Account = null, string? Region = null, string? Cluster = null, string? Family = null)
{
    /// <summary>The container instance, by its id.</summary>
    public string? Instance { get; init; }

    /// <summary>The task, by its id.</summary>
    public string? Task { get; init; }
}
