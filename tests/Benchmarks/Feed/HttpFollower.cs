using System.Text.Json;

namespace Ecs.Benchmarks.Feed;

/// <summary>A program that follows the log over HTTP, as JSON lines.</summary>
internal sealed class HttpFollower : Arrivals, IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;

    public static async Task<HttpFollower> StartAsync(Uri auditor, long behind)
    {
        var follower = new HttpFollower();
        var feed = new Uri(auditor, FormattableString.Invariant($"/log?follow=true&after={behind}"));
        var lines = new StreamReader(await follower._http.GetStreamAsync(feed));
        follower._reading = follower.ReadAsync(lines);
        return follower;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync(StreamReader lines)
    {
        using (lines)
        {
            while (await lines.ReadLineAsync(_end.Token) is { } line)
            {
                using var e = JsonDocument.Parse(line);
                Note(e.RootElement.GetProperty("position").GetInt64());
            }
        }
    }
}
