namespace Ecs.Log;

/// <summary>One transaction of the log, and the link of the chain that it is.</summary>
/// <param name="Number">Its place among the commits, from 1, without gaps.</param>
/// <param name="LogTime">
/// When it was written, never before the commit in front of it; the time of all its events.
/// </param>
/// <param name="FirstPosition">The position of its first event; null where its commands led to none.</param>
/// <param name="LastPosition">
/// The last position of the log after it; of a commit without events the one before it.
/// </param>
/// <param name="Hash">
/// SHA-256 over the previous hash and the commit's canonical content, 64 hexadecimal characters.
/// </param>
public sealed record Commit(long Number, DateTimeOffset LogTime, long? FirstPosition, long LastPosition, string Hash)
{
    /// <summary>Its events, in their order, for whoever goes on with them here; none where it was read back.</summary>
    internal IReadOnlyList<ChainedEvent> Events { get; init; } = [];
}

/// <summary>What a writer has written.</summary>
/// <param name="Behind">
/// The position that it was decided at. Between this and the commit no event of the writer's own kinds stands.
/// </param>
/// <param name="Commit">The commit.</param>
public sealed record Written(long Behind, Commit Commit);

/// <summary>The end of the log.</summary>
/// <param name="Number">The last commit's number; 0 where the log is empty.</param>
/// <param name="LastPosition">The last event's position; 0 where there is none.</param>
/// <param name="LogTime">The last commit's time.</param>
/// <param name="Hash">The last commit's hash; 64 zeros where the log is empty.</param>
public sealed record LogHead(long Number, long LastPosition, DateTimeOffset LogTime, string Hash)
{
    /// <summary>The hash that the first commit is chained to.</summary>
    public const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";
}

/// <summary>
/// Names one commit of one log: another log, or this one restored to an earlier day and gone on with, has another hash
/// at this number.
/// </summary>
/// <param name="Number">The commit's number.</param>
/// <param name="Hash">Its hash.</param>
public sealed record CommitMark(long Number, string Hash);
