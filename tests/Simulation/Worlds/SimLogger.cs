using Microsoft.Extensions.Logging;

namespace Ecs.Simulation.Worlds;

/// <summary>
/// A program's own log. What it calls critical, and what a service calls an error, is a bug that nobody else would
/// notice: it breaks a promise.
/// </summary>
internal sealed class SimLogger<T>(SimProcess process, LogLevel worst = LogLevel.Critical) : ILogger<T>
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => process.World.Trace.IsOn || logLevel >= worst;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= worst) process.World.Break("P4", $"{process.Name} says: {formatter(state, exception)} {exception}");
        else if (logLevel > LogLevel.Debug && process.World.Trace.IsOn)
        {
            process.World.Tell(process.Name, formatter(state, exception));
        }
    }
}
