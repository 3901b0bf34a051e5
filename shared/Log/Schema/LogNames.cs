namespace Ecs.Log;

/// <summary>The names in the database, in one place, for SQL that is written by hand.</summary>
internal static class LogNames
{
    /// <summary>The one schema of the event store.</summary>
    public const string Schema = "ecs_log";

    /// <summary>
    /// The role that may read all of the log and write nothing, for whoever only reads; granted where it exists.
    /// </summary>
    public const string Reader = "ecs_log_reader";

    /// <summary>The type of the rows that Marten writes at sequence numbers which were drawn in vain.</summary>
    public const string Tombstone = "tombstone";

    /// <summary>
    /// The index by which what is about a cluster, and all in it, is found: Marten, whose table has it, must leave it.
    /// </summary>
    public const string PlaceIndex = "mt_events_place";

    /// <summary>PostgreSQL's advisory lock under which one program at a time migrates; an arbitrary number.</summary>
    public const long MigrationLock = 6_323_870_110_421;
}
