namespace Ecs.Cli;

/// <summary>What the tool's exit codes mean: a promise to scripts.</summary>
internal static class ExitCodes
{
    /// <summary>It was done.</summary>
    public const int Done = 0;

    /// <summary>The service refused; its error is printed.</summary>
    public const int Refused = 1;

    /// <summary>The command line or an input file is wrong; nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>The service could not be reached, or failed.</summary>
    public const int NotReachable = 3;

    /// <summary>
    /// A task did not become what was waited for, or something that was asked for is missing or found no room.
    /// </summary>
    public const int NotAsAsked = 4;

    /// <summary>The log is not as it was written, or is not the one of a checkpoint.</summary>
    public const int NotWhole = 5;

    /// <summary>Nothing was there to compare with: neither the same nor another.</summary>
    public const int NothingCompared = 6;

    /// <summary>Ended by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}
