using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;

namespace Ecs.Bus;

/// <summary>
/// Which messages that speak for an Agent without its key are kept among the dead letters, where a person sees them:
/// the first of each kind and signer in a while. An Agent that has lost its key tries again every few seconds, and
/// must not fill the queue.
/// </summary>
internal sealed class SuspectMessages(TimeProvider time)
{
    /// <summary>How long the same kind of message by the same signer is not kept again.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>The most that are kept in one such time, whoever signs them.</summary>
    internal const int MaxKept = 100;

    /// <summary>The field of a refusal because of who signed.</summary>
    private const string Signature = "signature";

    private readonly Lock _counting = new();
    private readonly Dictionary<(string Exchange, string Signer), long> _kept = [];

    /// <summary>Whether a refused message is to be kept, and why.</summary>
    internal bool MustKeep(Delivery delivery, Command? command, Answer said, [NotNullWhen(true)] out string? reason)
    {
        reason = null;
        if (said.Error is not { Field: Signature or SignatureHeaders.Signature } error) return false;

        var signer = (command as AgentCommand)?.SignedBy ?? "";
        lock (_counting)
        {
            var now = time.GetTimestamp();
            var over = _kept.Where(kept => time.GetElapsedTime(kept.Value, now) >= Pause).Select(kept => kept.Key);
            foreach (var key in over.ToList()) _kept.Remove(key);
            if (_kept.Count >= MaxKept || !_kept.TryAdd((delivery.Exchange, signer), now)) return false;
        }

        reason = $"{error.Type}: {error.Message}";
        return true;
    }
}
