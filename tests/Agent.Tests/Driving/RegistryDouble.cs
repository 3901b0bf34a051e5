using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// A double of an image registry, since none is in reach: it speaks as much of the registry API v2 as a pull needs and
/// serves one image, which it makes of the busybox that Docker has and a layer of its own. Docker takes it without TLS,
/// since it is on the loopback. It counts pulls, can want a password, and can hold its layer back half way.
/// </summary>
internal sealed class RegistryDouble : IAsyncDisposable
{
    private const string User = "puller";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly TaskCompletionSource _halfway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _gate = new();
    private byte[] _manifest = [];
    private string _own = "";
    private WebApplication? _server;

    private RegistryDouble() => _gate.SetResult();

    public string Host { get; private set; } = "";

    public string Repository { get; } = $"agent-tests/{Guid.NewGuid():N}";

    public string Image => $"{Host}/{Repository}:1";

    public string? Password { get; init; }

    public string Digest => Sha256(_manifest);

    /// <summary>How often the image's own layer was asked for.</summary>
    public int Downloads { get; private set; }

    /// <summary>How often the manifest was asked for: each pull looks at it.</summary>
    public int Looks { get; private set; }

    /// <summary>Whether it answers everything as one whose own storage is away.</summary>
    public bool IsBroken { get; set; }

    /// <summary>What it answered so.</summary>
    public int Broken { get; private set; }

    public Task Halfway => _halfway.Task;

    /// <param name="docker">The engine that has the image to make it of.</param>
    /// <param name="from">The image to make it of.</param>
    /// <param name="password">What it wants of whoever pulls; null for nothing.</param>
    public static async Task<RegistryDouble> StartAsync(DockerClient docker, string from, string? password = null)
    {
        var made = new RegistryDouble { Password = password };
        await made.MakeAsync(docker, from);
        await made.ListenAsync();
        return made;
    }

    /// <summary>From now on the layer stops half way until <see cref="Release"/>.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.TrySetResult();

    /// <summary>Its tag moves on to another image.</summary>
    public Task MoveAsync(DockerClient docker, string from) => MakeAsync(docker, from);

    public string Credentials(string? password = null) => new JsonObject
    {
        ["auths"] = new JsonObject
        {
            [Host] = new JsonObject
            {
                ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{password ?? Password}")),
            },
        },
    }.ToJsonString();

    /// <summary>Nobody answers any more.</summary>
    public async Task CloseAsync()
    {
        Release();
        if (_server is not null) await _server.DisposeAsync().AsTask().WaitAsync(Patience);
        _server = null;
    }

    /// <summary>Takes the image from Docker again: it is the test's own.</summary>
    public async Task ForgetAsync(DockerClient docker)
    {
        try
        {
            await docker.Images.DeleteImageAsync(Image, new ImageDeleteParameters { Force = true });
        }
        catch (DockerApiException fault) when (fault.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // It is gone.
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task MakeAsync(DockerClient docker, string from)
    {
        var files = new ConcurrentDictionary<string, byte[]>();
        await using (var saved = await docker.Images.SaveImageAsync(from))
        await using (var tar = new TarReader(saved))
        {
            while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
            {
                if (entry.DataStream is not { } data) continue;

                using var copy = new MemoryStream();
                await data.CopyToAsync(copy);
                files[entry.Name] = copy.ToArray();
            }
        }

        var about = JsonNode.Parse(files["manifest.json"])![0]!;
        var layers = about["Layers"]!.AsArray().Select(name => files[name!.GetValue<string>()]).Append(OwnLayer()).ToList();
        _own = Sha256(layers[^1]);
        var config = JsonNode.Parse(files[about["Config"]!.GetValue<string>()])!;
        config["history"] = null;
        config["rootfs"]!["diff_ids"] = new JsonArray([.. layers.Select(layer => JsonValue.Create(Sha256(layer)))]);
        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        _manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Blob(bytes, "application/vnd.docker.container.image.v1+json"),
            ["layers"] = new JsonArray(
                [.. layers.Select(layer => Blob(layer, "application/vnd.docker.image.rootfs.diff.tar.gzip"))]),
        }.ToJsonString());
    }

    private JsonObject Blob(byte[] bytes, string type)
    {
        _blobs[Sha256(bytes)] = bytes;
        return new JsonObject { ["mediaType"] = type, ["size"] = bytes.Length, ["digest"] = Sha256(bytes) };
    }

    private static byte[] OwnLayer()
    {
        using var layer = new MemoryStream();
        using (var tar = new TarWriter(layer, leaveOpen: true))
        {
            var random = RandomNumberGenerator.GetBytes(2_000_000);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "own") { DataStream = new MemoryStream(random) });
        }

        return layer.ToArray();
    }

    private async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        Host = new Uri(_server.Urls.First()).Authority;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        if (IsBroken)
        {
            Broken++;
            http.Response.StatusCode = 503;
        }
        else if (Password is not null && http.Request.Headers.Authorization != expected)
        {
            http.Response.StatusCode = 401;
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"double\"";
        }
        else if (path.StartsWith($"/v2/{Repository}/manifests/", StringComparison.Ordinal))
        {
            Looks++;
            http.Response.ContentType = ManifestType;
            http.Response.Headers["Docker-Content-Digest"] = Digest;
            await WriteAsync(http, _manifest);
        }
        else if (path.StartsWith($"/v2/{Repository}/blobs/", StringComparison.Ordinal)
            && _blobs.TryGetValue(path[(path.LastIndexOf('/') + 1)..], out var blob))
        {
            var isOwn = path.EndsWith(_own, StringComparison.Ordinal);
            if (isOwn) Downloads++;
            http.Response.ContentType = "application/octet-stream";
            await WriteAsync(http, blob, isOwn ? _gate.Task : Task.CompletedTask);
        }
        else if (path != "/v2/")
        {
            http.Response.StatusCode = 404;
        }
    }

    private async Task WriteAsync(HttpContext http, byte[] bytes, Task? gate = null)
    {
        http.Response.ContentLength = bytes.Length;
        if (http.Request.Method == "HEAD") return;

        var half = bytes.Length / 2;
        await http.Response.Body.WriteAsync(bytes.AsMemory(0, half));
        await http.Response.Body.FlushAsync();
        if (gate is { IsCompleted: false })
        {
            _halfway.TrySetResult();
            await gate;
        }

        await http.Response.Body.WriteAsync(bytes.AsMemory(half));
    }

    private static string Sha256(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
