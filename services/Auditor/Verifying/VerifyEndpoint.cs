using System.Buffers;
using System.Data.Common;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;

namespace Ecs.Auditor.Verifying;

/// <summary>
/// <c>GET /verify</c>: walks the chain and says, as JSON lines, how far it is and at last what it found. An answer that
/// ends without a report has found nothing out. <c>GET /checkpoint</c>: the end of the log, to be kept elsewhere.
/// </summary>
internal sealed class VerifyEndpoint(
    string connection, EventLog log, IHostApplicationLifetime lifetime, ILogger<VerifyEndpoint> logger) : IDisposable
{
    /// <summary>Walks at a time: each reads the whole log.</summary>
    private const int MaxWalks = 2;

    private const int HashCharacters = 64;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private readonly SemaphoreSlim _walks = new(MaxWalks);

    /// <inheritdoc/>
    public void Dispose() => _walks.Dispose();

    /// <summary>Answers <c>GET /checkpoint</c>.</summary>
    public async Task CheckpointAsync(HttpContext http)
    {
        _ = new Parameters(http.Request.Query);
        var head = await log.HeadAsync(http.RequestAborted);
        await http.Response.WriteAsJsonAsync(EndOfLog.Of(head), EcsJson.Options, http.RequestAborted);
    }

    /// <summary>Answers <c>GET /verify</c>.</summary>
    public async Task VerifyAsync(HttpContext http)
    {
        var checkpoint = Checkpoint(http.Request.Query);
        if (!await _walks.WaitAsync(0, http.RequestAborted))
        {
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, new CommandError(
                ErrorTypes.Server, $"The log is being verified {MaxWalks} times already; ask again later."));
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted, lifetime.ApplicationStopping);
            // Asked before the answer begins, so that a log which is away is still an error with a status.
            await log.HeadAsync(end.Token);
            await JsonLines.BeginAsync(http, end.Token);
            await WalkAsync(http, checkpoint, end.Token);
        }
        finally
        {
            _walks.Release();
        }
    }

    private async Task WalkAsync(HttpContext http, CommitMark? checkpoint, CancellationToken ct)
    {
        try
        {
            var report = await LogChain.VerifyAsync(
                connection, ct, checkpoint, progress => JsonLines.WriteAsync(http, new { progress }, ct));
            await JsonLines.WriteAsync(http, new { report = VerifyReport.Of(report, checkpoint) }, ct);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            // The status is sent: an answer that is cut off is the only way left to say that it is not whole.
            logger.LogWarning("a verification broke off: {Reason}", e.Message);
            http.Abort();
        }
    }

    private static CommitMark? Checkpoint(IQueryCollection query)
    {
        var parameters = new Parameters(query, "number", "hash");
        var number = parameters.Number("number", 0, long.MaxValue);
        var hash = parameters.Text("hash");
        if (number is null && hash is null) return null;
        if (number is null) throw RefusedException.Wrong("number", "must be given with hash: both name a checkpoint.");
        return hash is { Length: HashCharacters } && !hash.AsSpan().ContainsAnyExcept(Hexadecimal)
            ? new CommitMark(number.Value, hash)
            : throw RefusedException.Wrong("hash", $"must be {HashCharacters} lower-case hexadecimal characters.");
    }
}
