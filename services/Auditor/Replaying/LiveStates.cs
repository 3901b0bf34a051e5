using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Replaying;

/// <summary>Asks the leading services about the states that they answer from now.</summary>
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
            var (result, position) = await AskAsync<StateDigestResult>(sender, query, ct);
            return result.Format != TState.Format
                ? new LiveState(null, $"it is of another version: its state has the form {result.Format}")
                : new LiveState(new StateMark(service, result.Format, position, result.Digest), null);
        }
        catch (InvalidDataException e)
        {
            return new LiveState(null, e.Message);
        }
    }

    /// <summary>What the state whose digest was told wrote of itself, asked for part by part.</summary>
    /// <exception cref="InvalidDataException">It cannot be had; the message says why.</exception>
    public async Task<byte[]> ReadAsync(StateMark told, CancellationToken ct)
    {
        if (sender is null) throw new InvalidOperationException("nothing was told without a broker");

        using var packed = new MemoryStream();
        while (true)
        {
            var next = (int)(packed.Length / StatePartResult.MostBytes);
            var (part, _) = await AskAsync<StatePartResult>(sender, Part(told, next), ct);
            // As much as is kept of a state: no answer makes this Auditor ask for ever.
            if (part.PackedSize > LogLimits.SnapshotSize || part.Content is not { Length: > 0 })
            {
                throw new InvalidDataException($"it has {part.PackedSize} bytes, of which {packed.Length} were told");
            }

            packed.Write(part.Content);
            if (packed.Length < part.PackedSize) continue;

            return new PackedState(told.Digest, part.Size, packed.ToArray()).Unpack();
        }
    }

    private static Command Part(StateMark told, int part) => told.Service is Services.Registry
        ? new GetFamiliesState { Digest = told.Digest, Part = part }
        : new GetFleetState { Digest = told.Digest, Part = part };

    private static async Task<(TResult Result, long Position)> AskAsync<TResult>(
        ICommandSender sender, Command query, CancellationToken ct)
        where TResult : class
    {
        try
        {
            var answer = await sender.SendAsync(query, AnswerTime, ct);
            if (answer.Error is { } error) throw new InvalidDataException($"it refused: {error.Message}");

            var result = answer.Result?.Deserialize<TResult>(EcsJson.Options);
            return result is not null && answer.Position is { } position
                ? (result, position)
                : throw new InvalidDataException("its answer cannot be read");
        }
        catch (TimeoutException)
        {
            throw new InvalidDataException($"it did not answer within {AnswerTime.TotalSeconds:0} s");
        }
        catch (JsonException)
        {
            throw new InvalidDataException("its answer cannot be read");
        }
    }
}

/// <summary>A service's state as it is now.</summary>
/// <param name="Mark">Its digest, with its position; null where it is not known.</param>
/// <param name="Why">Why it is not known; null where it is.</param>
internal sealed record LiveState(StateMark? Mark, string? Why);
