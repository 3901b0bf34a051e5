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

    private static readonly TimeSpan MostTime = TestSettings.Lasting(TimeSpan.FromSeconds(20), inSoak: TimeSpan.FromMinutes(20));

    private static int Count => TestSettings.IsSoak ? 50_000 : 2_000;

    // As many as this process and the Gateway's, which have the same limit of open files, can have beside all else.
    private const int OtherFiles = 500;

    private static int Connections => Math.Min(TestSettings.IsSoak ? 10_000 : 1_000, OpenFiles() - OtherFiles);

    // More than the Gateway works on and lets wait.
    private const int SlowBodies = 600;

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
                var reply = await SendAsync(http, account, request);
                // A service that the machine kept from answering in time is asked once more: it has to answer then.
                if (reply.IsLate) reply = await SendAsync(http, account, request);
                statuses.AddOrUpdate(reply.Status, 1, (_, count) => count + 1);
                Assert.True(reply.Status < 500, $"seed {seed}, number {number}: {reply.Status} {reply.Text}\n{request}");
                if (reply.Status is not 200 && reply.CommandId is { } id) refused.Add(id);
            }
        }));

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"seed {seed}, {next} requests in {watch.Elapsed}: {string.Join(", ", statuses.OrderBy(of => of.Key))}");
        Assert.True(statuses.GetValueOrDefault(400) > 0 && statuses.GetValueOrDefault(200) > 0, $"{string.Join(", ", statuses)}");
        await NothingIsHalfDoneAsync(account, [.. refused]);
        await Api.CallAsync("ListClusters", new { });
    }

    [Fact]
    public async Task Given_more_slow_bodies_than_are_worked_on_then_others_are_told_to_wait_and_then_are_answered()
    {
        var slow = new List<TcpClient>();
        try
        {
            var begun = Encoding.ASCII.GetBytes(
                $"POST / HTTP/1.1\r\nHost: 127.0.0.1:{Stack.Gateway.Port}\r\nX-Amz-Target: "
                + "AmazonEC2ContainerServiceV20141113.ListClusters\r\nContent-Length: 100\r\n\r\n{");
            for (var i = 0; i < SlowBodies; i++)
            {
                var client = new TcpClient();
                slow.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, Stack.Gateway.Port, Cancel);
                await client.GetStream().WriteAsync(begun, Cancel);
            }

            // While they hold the places nobody is left without an answer, and they do not hold them for long.
            var (status, text) = await Eventually.GetAsync(
                "an honest request is answered",
                async () => await Api.PostAsync("ListClusters", "{}"),
                answer => answer.Status is HttpStatusCode.OK || Throttled(answer.Text),
                Patience);
            Assert.True(status is HttpStatusCode.OK || Throttled(text), text);
            await Eventually.HoldsAsync(
                "there is room again", async () => (await Api.PostAsync("ListClusters", "{}")).Status is HttpStatusCode.OK, Patience);
        }
        finally
        {
            foreach (var client in slow) client.Dispose();
        }

        static bool Throttled(string text) => text.Contains("ThrottlingException", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_many_connections_that_say_nothing_or_little_then_those_who_speak_are_answered()
    {
        var silent = new List<TcpClient>();
        try
        {
            var begun = Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: 127.0.0.1:{Stack.Gateway.Port}\r\n");
            for (var i = 0; i < Connections; i++)
            {
                var client = new TcpClient();
                silent.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, Stack.Gateway.Port, Cancel);
                // Some say nothing, some stop in their headers.
                if (i % 3 == 1) await client.GetStream().WriteAsync(begun, Cancel);
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"{silent.Count} connections are open");
            Assert.All(silent, client => Assert.True(client.Connected));
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

    private static int OpenFiles()
    {
        var line = File.ReadLines("/proc/self/limits").Single(limit => limit.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var files) ? files : int.MaxValue;
    }

    // Whoever asks first whether its body is wanted waits for the answer: without patience it would send the body into a
    // connection that a refusal has closed.
    private static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = Senders,
        Expect100ContinueTimeout = Patience,
    })
    {
        Timeout = Patience,
    };

    private async Task<Reply> SendAsync(HttpClient http, string account, StrangeRequest strange)
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

        try
        {
            using var answer = await http.SendAsync(request, Cancel);
            var id = answer.Headers.TryGetValues("x-ecs-command-id", out var ids) ? ids.Single() : null;
            return new Reply((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), id);
        }
        catch (HttpRequestException fault)
        {
            throw new InvalidOperationException($"no answer to {strange}", fault);
        }
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

    private sealed record Reply(int Status, string Text, string? CommandId)
    {
        public bool IsLate => Status is 500 && Text.Contains("No service answered", StringComparison.Ordinal);
    }
}
