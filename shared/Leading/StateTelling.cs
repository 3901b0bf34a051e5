using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Leading;

/// <summary>
/// Digests of the state that is published, beside the writer and never in its way. Each costs writing the whole state:
/// one is made at a time, and the last is kept for whoever asks about the same state again.
/// </summary>
internal sealed class LiveDigest<TState> : IDisposable
    where TState : ISnapshot<TState>
{
    private readonly SemaphoreSlim _turn = new(1);
    private (Published<TState> Of, string Digest)? _last;

    /// <summary>Answers with the digest of a state.</summary>
    public async Task<Answer> AnswerAsync(Command query, Published<TState> published, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_last?.Of != published) _last = (published, StateDigest.Of(published.State));
            var result = new StateDigestResult(TState.Format, _last.Value.Digest);
            return new Answer
            {
                CommandId = query.CommandId,
                Result = JsonSerializer.SerializeToElement(result, EcsJson.Options),
                Position = published.Position,
            };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
