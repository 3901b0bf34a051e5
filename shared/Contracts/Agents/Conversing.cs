namespace Ecs.Contracts.Agents;

/// <summary>The kinds of the parts that a conversation with an Agent is made of.</summary>
public static class ConversationKinds
{
    /// <summary>Opens the reading of logs: a <see cref="ReadLogs"/>.</summary>
    public const string ReadLogs = "read-logs";

    /// <summary>
    /// Lines of logs, from the Agent: whole JSON lines of <see cref="LogLine"/>, each ended by a line feed.
    /// </summary>
    public const string Lines = "lines";

    /// <summary>Opens the running of a command: an <see cref="Execute"/>.</summary>
    public const string Execute = "execute";

    /// <summary>From the Agent: the container runs, and the command would be run in it now. It has no body.</summary>
    public const string Ready = "ready";

    /// <summary>To the Agent: the Scheduler has written it down, run it; the body is the execution's id.</summary>
    public const string Go = "go";

    /// <summary>To the Agent: bytes for the command's standard input, whose end is the end of what is said.</summary>
    public const string Input = "input";

    /// <summary>To the Agent: the terminal's size, a <see cref="TerminalSize"/>.</summary>
    public const string Resize = "resize";

    /// <summary>From the Agent: bytes of the command's standard output, or of its terminal.</summary>
    public const string Output = "output";

    /// <summary>From the Agent: bytes of the command's standard error.</summary>
    public const string Errors = "errors";

    /// <summary>From the Agent, the last: how the command ended, an <see cref="Exited"/>.</summary>
    public const string Exited = "exited";

    /// <summary>Why the Agent cannot do it, or go on with it: a <see cref="Commands.CommandError"/>.</summary>
    public const string Refused = "refused";
}

/// <summary>What an Agent is asked for when somebody wants to see a task's logs.</summary>
public sealed record ReadLogs
{
    /// <summary>The most lines that can be asked for by <see cref="Tail"/>.</summary>
    public const int MaxTail = 1_000_000;

    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>Which of its containers, by their names in the definition; null for all.</summary>
    public IReadOnlyList<string>? Containers { get; init; }

    /// <summary>Whether to go on with what is written from now on, until all containers have ended.</summary>
    public bool Follow { get; init; }

    /// <summary>Only so many of each container's last lines; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Only what was written from this moment on; null for all.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>One line that a container wrote, or a piece of one that was too long.</summary>
public sealed record LogLine
{
    /// <summary>The most bytes of one piece: Docker itself cuts longer lines there.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>The container, by its name in the definition.</summary>
    public required string Container { get; init; }

    /// <summary><c>stdout</c> or <c>stderr</c>; a container with a terminal has only the first.</summary>
    public required string Stream { get; init; }

    /// <summary>When Docker took it down, to the nanosecond.</summary>
    public string? Time { get; init; }

    /// <summary>The text without its line feed; null where it is not UTF-8.</summary>
    public string? Line { get; init; }

    /// <summary>The bytes in base64 where they are not UTF-8.</summary>
    public string? Base64 { get; init; }

    /// <summary>Whether the line goes on with the next piece of the same container and stream.</summary>
    public bool? IsPartial { get; init; }

    /// <summary>
    /// Why the container's log cannot be read, in Docker's words; such a line has nothing else, and no other of the
    /// container comes. Whoever follows is told at once, and everybody at the end.
    /// </summary>
    public string? Error { get; init; }

    /// <summary>The sentence that says it.</summary>
    public static string Withheld(string container, string error) =>
        $"The log of container '{container}' cannot be read: {error.TrimEnd('.')}.";
}

/// <summary>What an Agent is asked for when somebody wants to run a command in a container.</summary>
public sealed record Execute
{
    /// <summary>
    /// How long after it was ready an Agent takes the word to go; whoever asks gives up before. An execution that the
    /// log has open for longer, and that its Agent knows nothing of, is never begun any more.
    /// </summary>
    public static readonly TimeSpan GoTime = TimeSpan.FromSeconds(30);

    /// <summary>The task.</summary>
    public required string TaskArn { get; init; }

    /// <summary>The container's name in the definition.</summary>
    public required string Container { get; init; }

    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>Whether standard input is passed on.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether it gets a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>The terminal's size at first; null for Docker's own.</summary>
    public TerminalSize? Size { get; init; }
}

/// <summary>The size of a terminal.</summary>
/// <param name="Columns">Characters in a line.</param>
/// <param name="Rows">Lines.</param>
public sealed record TerminalSize(int Columns, int Rows)
{
    /// <summary>The largest of either.</summary>
    public const int Max = 10_000;
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; null where Docker does not know it.</param>
public sealed record Exited(int? ExitCode);
