using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ecs.Contracts.Commands;
using Ecs.EndToEnd.Checking;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.BadInput.Fuzz;

/// <summary>
/// What nobody should send, sent to the Gateway on loopback and nowhere else: never a 500, never a hang, and nothing of
/// what was refused in the log. The long form is infra/soak.sh's; ECS_FUZZ_SEED repeats a run.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class HostileInput(CalmStack stack) : StackTest(stack)
{
    private const int Senders = 8;

    // The Gateway waits for its services no longer than 22 s; a busy machine gets some more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan MostTime = TestSettings.IsSoak ? TimeSpan.FromMinutes(20) : TimeSpan.FromSeconds(20);

    private static int Count => TestSettings.IsSoak ? 50_000 : 2_000;

    // File descriptors of this process and the Gateway's together stay below the usual limit.
    private static int Connections => TestSettings.IsSoak ? 10_000 : 300;

    [Fact]
    public async Task Given_requests_that_nobody_should_send_then_none_is_a_fault_and_none_is_half_done()
    {
        var seed = int.Parse(
            Environment.GetEnvironmentVariable("ECS_FUZZ_SEED") ?? (TestSettings.IsSoak ? $"{Environment.TickCount}" : "20141113"),
            CultureInfo.InvariantCulture);
        var account = Random.Shared.NextInt64(100_000_000_000, 999_999_999_999).ToString(CultureInfo.InvariantCulture);
        var requests = new RandomRequests(seed);
        var refused = new ConcurrentBag<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        var (next, watch) = (-1, Stopwatch.StartNew());
        using var http = NewClient();

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number < Count && watch.Elapsed < MostTime)
            {
                var request = requests.Make(number);
                using var reply = await SendAsync(http, account, request);
                statuses.AddOrUpdate((int)reply.StatusCode, 1, (_, count) => count + 1);
                var text = await reply.Content.ReadAsStringAsync(Cancel);
                Assert.True((int)reply.StatusCode < 500, $"seed {seed}, number {number}: {(int)reply.StatusCode} {text}\n{request}");
                if (reply.StatusCode is not HttpStatusCode.OK
                    && reply.Headers.TryGetValues("x-ecs-command-id", out var id)) refused.Add(id.Single());
            }
        }));

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"seed {seed}, {next} requests in {watch.Elapsed}: {string.Join(", ", statuses.OrderBy(of => of.Key))}");
        Assert.True(statuses.GetValueOrDefault(400) > 0 && statuses.GetValueOrDefault(200) > 0, $"{string.Join(", ", statuses)}");
        await NothingIsHalfDoneAsync(account, [.. refused]);
        await Api.CallAsync("ListClusters", new { });
    }

    [Fact]
    public async Task Given_many_connections_that_say_nothing_or_little_then_those_who_speak_are_answered()
    {
        var silent = new List<TcpClient>();
        try
        {
            var begun = Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: 127.0.0.1:{Stack.Gateway.Port}\r\n");
            var slow = Encoding.ASCII.GetBytes(
                $"POST / HTTP/1.1\r\nHost: 127.0.0.1:{Stack.Gateway.Port}\r\nX-Amz-Target: "
                + "AmazonEC2ContainerServiceV20141113.ListClusters\r\nContent-Length: 100\r\n\r\n{");
            for (var i = 0; i < Connections; i++)
            {
                var client = new TcpClient();
                silent.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, Stack.Gateway.Port, Cancel);
                // Some say nothing, some stop in their headers, and no more than the Gateway works on in their bodies.
                if (i % 3 == 1) await client.GetStream().WriteAsync(begun, Cancel);
                if (i % 3 == 2 && i < 300) await client.GetStream().WriteAsync(slow, Cancel);
            }

            for (var i = 0; i < 20; i++) await Api.CallAsync("ListClusters", new { });
        }
        finally
        {
            foreach (var client in silent) client.Dispose();
        }

        await Api.CallAsync("ListClusters", new { });
    }

    [Fact]
    public async Task Given_a_body_that_never_comes_when_it_was_waited_for_then_that_is_told_and_the_place_is_free()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Stack.Gateway.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AmazonEC2ContainerServiceV20141113.ListClusters\r\n"
                + "Content-Length: 100000\r\n\r\n{\"a\":"), Cancel);

        using var time = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        time.CancelAfter(Patience);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(time.Token);

        Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", status);
    }

    private static HttpClient NewClient() => new(new SocketsHttpHandler { MaxConnectionsPerServer = Senders })
    {
        Timeout = Patience,
    };

    private async Task<HttpResponseMessage> SendAsync(HttpClient http, string account, StrangeRequest strange)
    {
        using var request = new HttpRequestMessage(new HttpMethod(strange.Method), $"{Stack.Gateway.Url}{strange.Path}");
        Assert.True(request.RequestUri!.IsLoopback);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={account}/20260101/{EcsApi.Region}/ecs/aws4_request, SignedHeaders=host, Signature=0");
        request.Content = new ByteArrayContent(strange.Body);
        foreach (var (name, value) in strange.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, Cancel);
    }

    // A refusal for want of room is recorded as one; everything else that was refused left nothing.
    private async Task NothingIsHalfDoneAsync(string account, HashSet<string> refused)
    {
        var events = await Promises.ReadAsync(Stack);
        Assert.Empty(events.Where(e => e.Causation is { } id && refused.Contains(id) && e.Name != "task-placement-failed")
            .Select(e => $"{e.Name} of {e.Causation}"));
        Assert.All(
            events.Where(e => e.Stream.Contains(account, StringComparison.Ordinal)),
            e => Assert.True(e.Data is not null, $"{e.Name} at {e.Position} cannot be read again"));
        Streams.AreGapless(events);
    }
}
