namespace Ecs.Cli.Endpoint;

/// <summary>The service refused: its error's type, message and the member that is wrong.</summary>
internal sealed class RefusedException(string type, string message, string? field) : Exception(message)
{
    public string Type { get; } = type;

    public string? Field { get; } = field;
}

/// <summary>The service could not be reached, did not answer, or failed.</summary>
internal sealed class NotReachableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The command line or an input file is wrong.</summary>
internal sealed class UsageException(string message) : Exception(message);
