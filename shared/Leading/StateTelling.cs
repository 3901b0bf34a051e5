using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Leading;

/// <summary>
/// Tells what the published state is, beside the writer and never in its way: its digest, and the state itself where
/// its digest was the last that was told. Each costs writing the whole state: one is made at a time, and the last is
/// kept for whoever asks about the same state again.
/// </summary>
internal sealed class StateTelling<TState> : IDisposable
    where TState : ISnapshot<TState>
{
    private readonly SemaphoreSlim _turn = new(1);
    private (Published<TState> State, string Digest)? _last;

    // What was told last; it goes with the next.
    private PackedState? _packed;

    /// <summary>Answers with the digest of a state, or with a part of the state that was told last.</summary>
    public async Task<Answer> AnswerAsync(Command query, Published<TState> published, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var answer = query is IAsksStatePart asked ? Part(asked) : Digest(published);
            return answer with { CommandId = query.CommandId, Position = _last?.State.Position };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private Answer Digest(Published<TState> published)
    {
        if (_last?.State != published)
        {
            (_last, _packed) = ((published, StateDigest.Of(published.State)), null);
        }

        return With(new StateDigestResult(TState.Format, _last!.Value.Digest));
    }

    private Answer Part(IAsksStatePart asked)
    {
        if (asked.Digest is null) return new Answer { Error = CommandError.Wrong("digest", "must be given") };
        if (_last is not { } told || told.Digest != asked.Digest)
        {
            return new Answer
            {
                Error = new CommandError(
                    ErrorTypes.ResourceNotFound, "It is not of the state that was told last: ask for the digest again.")
                {
                    Field = "digest",
                },
            };
        }

        var packed = _packed ??= PackedState.Of(told.State.State);
        var begin = asked.Part * (long)StatePartResult.MostBytes;
        return begin >= 0 && begin < packed.Content.Length
            ? With(new StatePartResult(packed.Size, packed.Content.Length, Cut(packed.Content, (int)begin)))
            : new Answer { Error = CommandError.Wrong("part", "is none of this state") };
    }

    private static byte[] Cut(byte[] content, int begin) =>
        content[begin..Math.Min(content.Length, begin + StatePartResult.MostBytes)];

    private static Answer With<TResult>(TResult result) =>
        new() { Result = JsonSerializer.SerializeToElement(result, EcsJson.Options) };
}
