using System.CommandLine;

namespace Ecs.Cli.Commands;

/// <summary>Options that several commands have alike.</summary>
internal static class Options
{
    /// <summary>The cluster that a command is about.</summary>
    public static Option<string?> Cluster() => new("--cluster")
    {
        Description = "The cluster's name or ARN; default where it is left out.",
    };
}
