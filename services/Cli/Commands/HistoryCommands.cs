using System.CommandLine;

namespace Ecs.Cli.Commands;

internal static class HistoryCommands
{
    public static IEnumerable<Command> All(EcsCommandLine line) => [];
}
