using Ecs.Log;

namespace Ecs.Simulation.Database;

/// <summary>Commits in words, for traces.</summary>
internal static class Told
{
    /// <summary>A commit with its commands and events.</summary>
    public static string Of(SimCommit made) =>
        $"commit {made.Commit.Number} of {made.Lease.Holder}, epoch {made.Lease.Epoch}: "
        + string.Join("; ", made.Commands.Select(Of));

    /// <summary>The end of a long name, which tells it from others.</summary>
    public static string Short(string text) => text.Length <= 16 ? text : "…" + text[^8..];

    // A routine report's id is drawn by its sender, and would make two runs of a seed look different.
    private static string Of(DecidedCommand command) =>
        (command.IsRoutine ? command.Name : $"{command.Name} {Short(command.Key.CommandId)}")
        + $" -> {string.Join(", ", command.Events.Select(e => $"{e.Name} {Short(e.Stream)}#{e.Version}"))}";
}
