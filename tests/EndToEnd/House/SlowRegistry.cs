using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.EndToEnd.House;

/// <summary>
/// A double of an image registry that is so slow that its layers never arrive: it has one image, whose layer it sends
/// byte by byte, for Docker notices only with the next byte that nobody waits for a pull any more. It listens on the
/// loopback of an engine's own network, which Docker takes without TLS.
/// </summary>
internal sealed class SlowRegistry : IAsyncDisposable
{
    public const string Image = "127.0.0.1:5000/slow:1";

    private const int Port = 5000;
    private const int LayerSize = 1_000_000;
    private const string Layer = "sha256:" + Sixteen + Sixteen + Sixteen + Sixteen;
    private const string Sixteen = "aaaaaaaaaaaaaaaa";
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly WebApplication _web;
    private int _waiting;
    private int _asked;

    private SlowRegistry(OwnEngine engine)
    {
        _listener = NetworkNamespace.Listen(engine.FirstProcess, Port);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenHandle((ulong)_listener.Handle));
        _web = builder.Build();
        _web.MapGet("/v2/", () => "{}");
        _web.MapMethods("/v2/slow/manifests/{what}", ["GET", "HEAD"], () => Results.Text(Described, Manifest));
        _web.MapGet("/v2/slow/blobs/{digest}", GiveAsync);
    }

    /// <summary>How many layers were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>How many calls wait for a layer now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    private static byte[] Config { get; } = Encoding.UTF8.GetBytes(
        $$"""
        { "architecture": "amd64", "os": "linux", "config": { }, "rootfs": { "type": "layers", "diff_ids": [ "{{Layer}}" ] } }
        """);

    private static string Described { get; } = $$"""
        { "schemaVersion": 2, "mediaType": "{{Manifest}}",
          "config": { "mediaType": "application/vnd.docker.container.image.v1+json", "size": {{Config.Length}},
                      "digest": "{{ConfigDigest}}" },
          "layers": [ { "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": {{LayerSize}},
                        "digest": "{{Layer}}" } ] }
        """;

    private static string ConfigDigest => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Config));

    public static async Task<SlowRegistry> StartAsync(OwnEngine engine)
    {
        var registry = new SlowRegistry(engine);
        await registry._web.StartAsync();
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _web.StopAsync(atOnce.Token);
        await _web.DisposeAsync();
        _listener.Dispose();
    }

    private async Task GiveAsync(HttpContext call, string digest)
    {
        if (digest == ConfigDigest)
        {
            await call.Response.Body.WriteAsync(Config);
            return;
        }

        Interlocked.Increment(ref _asked);
        Interlocked.Increment(ref _waiting);
        try
        {
            call.Response.ContentLength = LayerSize;
            using var timer = new PeriodicTimer(BetweenBytes);
            while (await timer.WaitForNextTickAsync(call.RequestAborted))
            {
                await call.Response.Body.WriteAsync(new byte[1], call.RequestAborted);
                await call.Response.Body.FlushAsync(call.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever pulled has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
