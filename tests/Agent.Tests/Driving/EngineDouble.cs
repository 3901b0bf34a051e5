using System.Text.Json;
using Docker.DotNet;
using Ecs.Agent.Docker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// A double of a Docker engine that fails: it tells its version, has no images unless told of one, and answers everything else as it is told.
/// For faults that a real engine cannot be brought to at will.
/// </summary>
internal sealed class EngineDouble : IAsyncDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ecs-engine-{Guid.NewGuid():N}.sock");
    private readonly WebApplication _web;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EngineDouble(Func<HttpContext, Task> answer, string? version = "1.41")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenUnixSocket(_path));
        _web = builder.Build();
        _web.Run(call =>
        {
            var path = call.Request.Path.Value!;
            if (version is null) return answer(call);
            if (path.EndsWith("/version", StringComparison.Ordinal)) return SayAsync(call, 200, $$"""{"ApiVersion":"{{version}}"}""");
            if (path.EndsWith("/images/json", StringComparison.Ordinal)) return SayAsync(call, 200, "[]");
            if (path.Contains("/images/", StringComparison.Ordinal) && HttpMethods.IsGet(call.Request.Method))
            {
                return Image is { } image
                    ? SayAsync(call, 200, image)
                    : SayAsync(call, 404, "{\"message\":\"no such image\"}");
            }

            _asked.TrySetResult();
            return answer(call);
        });
        Engine = new Engine(new Uri($"unix://{_path}"));
    }

    public Engine Engine { get; }

    /// <summary>What it says of any image that it is asked about, in JSON; null where it has none.</summary>
    public string? Image { get; set; }

    /// <summary>Completes when it was asked to do something.</summary>
    public Task Asked => _asked.Task;

    /// <summary>One that refuses whatever it is asked to do.</summary>
    public static Task<EngineDouble> RefusingAsync(int status, string message) =>
        StartAsync(call => SayAsync(call, status, $$"""{"message":"{{message}}"}"""));

    /// <summary>One that takes what it is asked to do and never answers.</summary>
    public static Task<EngineDouble> HangingAsync() =>
        StartAsync(call => Task.Delay(Timeout.Infinite, call.RequestAborted));

    /// <summary>One that answers each call, by its method and path without the version, with a status and JSON.</summary>
    public static Task<EngineDouble> AnsweringAsync(Func<string, CancellationToken, Task<(int Status, string Text)>> answer) =>
        AnsweringRequestsAsync((call, request) => answer(call, request.HttpContext.RequestAborted));

    /// <summary>One that answers each call by all that is asked.</summary>
    public static Task<EngineDouble> AnsweringRequestsAsync(Func<string, HttpRequest, Task<(int Status, string Text)>> answer) =>
        StartAsync(async call =>
        {
            var path = call.Request.Path.Value!;
            var (status, text) = await answer($"{call.Request.Method} {path[path.IndexOf('/', 1)..]}", call.Request);
            await SayAsync(call, status, text);
        });

    /// <summary>
    /// One that speaks the API from a version to another and refuses all others, as engine 29 does; it replies what was
    /// recorded for a method and a path.
    /// </summary>
    public static Task<EngineDouble> ReplyingAsync(string least, string newest, IReadOnlyDictionary<string, string> replies) =>
        StartAsync(
            call =>
            {
                var path = call.Request.Path.Value!;
                if (path.EndsWith("/version", StringComparison.Ordinal))
                {
                    return SayAsync(call, 200, $$"""{"ApiVersion":"{{newest}}","MinAPIVersion":"{{least}}"}""");
                }

                var parts = path.Split('/', 3);
                var asked = Version.Parse(parts[1].TrimStart('v'));
                if (asked < Version.Parse(least) || asked > Version.Parse(newest))
                {
                    return SayAsync(call, 400, $$"""{"message":"client version {{asked}} is not supported"}""");
                }

                return replies.TryGetValue($"{call.Request.Method} /{parts[2]}", out var reply)
                    ? SayAsync(call, 200, reply)
                    : SayAsync(call, 404, """{"message":"No such thing"}""");
            },
            version: null);

    public async ValueTask DisposeAsync()
    {
        Engine.Dispose();
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _web.StopAsync(atOnce.Token);
        await _web.DisposeAsync();
    }

    /// <summary>Docker's list of containers that run, by their ids and names: each says it is <c>main</c> of the task.</summary>
    public static string Listing(string task, params (string Id, string Name)[] running) =>
        JsonSerializer.Serialize(running.Select(container => new
        {
            container.Id,
            Names = new[] { $"/{container.Name}" },
            State = "running",
            Labels = AgentFixture.LabelsOf("a", task, "main"),
        }));

    private static async Task<EngineDouble> StartAsync(Func<HttpContext, Task> answer, string? version = "1.41")
    {
        var engine = new EngineDouble(answer, version);
        await engine._web.StartAsync();
        return engine;
    }

    private static Task SayAsync(HttpContext call, int status, string text)
    {
        call.Response.StatusCode = status;
        call.Response.ContentType = "application/json";
        return call.Response.WriteAsync(text);
    }
}
