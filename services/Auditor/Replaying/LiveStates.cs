using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Replaying;

/// <summary>Asks the leading services for the digests of the states that they answer from now.</summary>
/// <param name="sender">The bus; null where this Auditor has none.</param>
internal sealed class LiveStates(ICommandSender? sender)
{
    /// <summary>How long a service may take to answer: digesting the largest state takes about a second.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The digest of one service's state, at its position; the log has that position by then. Else why there is none.
    /// </summary>
    public async Task<LiveState> AskAsync<TState>(Command query, CancellationToken ct)
        where TState : ISnapshot<TState>
    {
        if (sender is null) return new LiveState(null, "this Auditor has no broker to ask by");

        var service = CommandTypes.Of(query.GetType()).Service;
        try
        {
            var answer = await sender.SendAsync(query, AnswerTime, ct);
            if (answer.Error is { } error) return new LiveState(null, $"it refused: {error.Message}");

            var result = answer.Result?.Deserialize<StateDigestResult>(EcsJson.Options);
            return result is null || answer.Position is not { } position
                ? new LiveState(null, "its answer cannot be read")
                : result.Format != TState.Format
                ? new LiveState(null, $"it is of another version: its state has the form {result.Format}")
                : new LiveState(new StateMark(service, result.Format, position, result.Digest), null);
        }
        catch (TimeoutException)
        {
            return new LiveState(null, $"it did not answer within {AnswerTime.TotalSeconds:0} s");
        }
        catch (JsonException)
        {
            return new LiveState(null, "its answer cannot be read");
        }
    }
}

/// <summary>A service's state as it is now.</summary>
/// <param name="Mark">Its digest, with its position; null where it is not known.</param>
/// <param name="Why">Why it is not known; null where it is.</param>
internal sealed record LiveState(StateMark? Mark, string? Why);
