using Docker.DotNet;

namespace Ecs.Agent.Docker;

/// <summary>The way to one Docker engine, in the newest API version that both sides know.</summary>
internal sealed class Engine(Uri endpoint) : IDisposable
{
    /// <summary>The newest API version that the client library was made for; 1.41 is known to work.</summary>
    public static readonly Version NewestApi = new(1, 54);

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private DockerClient? _client;

    /// <summary>The client; the API version is agreed on at the first use and after <see cref="Renew"/>.</summary>
    public ValueTask<DockerClient> ConnectAsync(CancellationToken ct) =>
        Volatile.Read(ref _client) is { } client ? new(client) : new(NegotiateAsync(ct));

    /// <summary>The engine may have been replaced by another version: ask it again. Calls under way go on.</summary>
    public void Renew() => Interlocked.Exchange(ref _client, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _client, null)?.Dispose();
        _connecting.Dispose();
    }

    private async Task<DockerClient> NegotiateAsync(CancellationToken ct)
    {
        await _connecting.WaitAsync(ct);
        try
        {
            if (_client is { } made) return made;

            using var asking = Build(version: null);
            var theirs = await AskAsync(asking, ct);
            return _client = Build(theirs < NewestApi ? theirs : NewestApi);
        }
        finally
        {
            _connecting.Release();
        }
    }

    // Everybody who needs a new client waits for this one: an engine that hangs must not hold them past its return.
    private static async Task<Version> AskAsync(DockerClient client, CancellationToken ct)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(Limits.Look);
        try
        {
            return Version.Parse((await client.System.GetVersionAsync(timed.Token)).APIVersion);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"Docker did not tell its version within {Limits.Look.TotalSeconds} s.");
        }
    }

    // The library's own timeout would cut pulls and event streams short: each call has its own limit instead.
    private DockerClient Build(Version? version)
    {
        var builder = new DockerClientBuilder().WithEndpoint(endpoint).WithTimeout(Timeout.InfiniteTimeSpan);
        return (version is null ? builder : builder.WithApiVersion(version)).Build();
    }
}
