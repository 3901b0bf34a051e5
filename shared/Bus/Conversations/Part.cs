namespace Ecs.Bus;

/// <summary>One piece of what is said in a conversation.</summary>
/// <param name="Kind">What it is: a word that both ends know; at most <see cref="MaxKind"/> characters.</param>
/// <param name="Body">Its bytes, at most <see cref="MaxBytes"/>.</param>
public readonly record struct Part(string Kind, ReadOnlyMemory<byte> Body)
{
    /// <summary>The longest word for a kind, in characters.</summary>
    public const int MaxKind = 32;

    /// <summary>The largest body, in bytes: small enough that others' messages do not wait behind it.</summary>
    public const int MaxBytes = 32 * 1024;
}

/// <summary>What the two ends tell each other beside the parts.</summary>
internal static class Signs
{
    /// <summary>The sender lives, and has taken in what <c>ecs-heard</c> counts.</summary>
    internal const string Alive = "alive";

    /// <summary>The sender has said all that it had to say.</summary>
    internal const string End = "end";

    /// <summary>The sender has gone, and hears nothing any more; the body may say why.</summary>
    internal const string Left = "left";
}

/// <summary>One message between the two ends as it is on the wire.</summary>
/// <param name="Kind">One of <see cref="Signs"/>, or a part's kind.</param>
/// <param name="Number">Counts the parts from 1; 0 for a sign.</param>
/// <param name="Heard">How many parts of the other end were taken in.</param>
/// <param name="Body">The bytes.</param>
internal readonly record struct Utterance(string Kind, long Number, long Heard, ReadOnlyMemory<byte> Body)
{
    /// <summary>The queue of whoever said it; null on its way out.</summary>
    internal string? From { get; init; }
}

/// <summary>The conversation ended before its time: the other end left, fell silent, or the broker was lost.</summary>
public sealed class ConversationLostException(string message) : Exception(message);

/// <summary>Nobody took the conversation up: the Agent is away, or of a version that has none.</summary>
public sealed class NobodyThereException(string message) : Exception(message);
