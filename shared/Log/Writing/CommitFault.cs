using Npgsql;

namespace Ecs.Log;

/// <summary>Whether a failed commit would fail the same way again, because of what it writes.</summary>
internal static class CommitFault
{
    /// <summary>
    /// A conflict on a state that was folded anew, or data that PostgreSQL cannot keep: SQLSTATE classes 22 (data), 23
    /// (constraint) and 54 (too big).
    /// </summary>
    public static bool IsOfTheCommands(Exception e) =>
        e is VersionConflictException
        || e is PostgresException { SqlState: var state } && state[..2] is "22" or "23" or "54"
        || (e.InnerException is { } inner && IsOfTheCommands(inner));
}
