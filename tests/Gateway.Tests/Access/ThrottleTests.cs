using System.Net;
using Ecs.Gateway.Access;
using Ecs.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ecs.Gateway.Tests.Access;

public class ThrottleTests
{
    [Fact]
    public void Given_a_rate_when_an_account_asks_faster_then_it_is_told_to_wait_and_others_are_not()
    {
        var clock = new SetClock();
        var buckets = new TokenBuckets(new Rate(PerSecond: 2, Burst: 3), clock);

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => buckets.TryTake("a")));
        Assert.True(buckets.TryTake("b"));
        clock.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => buckets.TryTake("a")));
        clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => buckets.TryTake("a")));
    }

    [Fact]
    public void Given_more_accounts_than_there_are_buckets_when_they_ask_then_memory_is_bounded_and_the_last_share_one()
    {
        var clock = new SetClock();
        var buckets = new TokenBuckets(new Rate(PerSecond: 1, Burst: 2), clock);
        for (var account = 0; account < TokenBuckets.MaxAccounts; account++) buckets.TryTake($"{account}");

        Assert.Equal([true, true, false], new[] { "x", "y", "z" }.Select(buckets.TryTake));
        Assert.Equal(TokenBuckets.MaxAccounts, buckets.Count);

        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.True(buckets.TryTake("z"));
        Assert.Equal(1, buckets.Count);
    }

    [Fact]
    public async Task Given_rates_when_an_account_asks_faster_then_it_is_a_throttling_exception_of_its_own()
    {
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.NobodyThere, new SetClock(), "--ECS_UNSIGNED_ACCESS=true", "--ECS_READ_RATE=0.001/2", "--ECS_CHANGE_RATE=0.001/1");

        Assert.Equal((int[])[200, 200, 400], await AskAsync(gateway, "ListClusters", "111111111111", 3));
        Assert.Equal((int[])[200, 400], await AskAsync(gateway, "CreateCluster", "111111111111", 2));
        Assert.Equal((int[])[200], await AskAsync(gateway, "ListClusters", "222222222222", 1));
        using var refused = await gateway.CallAsync("ListClusters", "{}", Caller("111111111111"));
        Assert.Equal(
            """{"__type":"ThrottlingException","message":"Rate exceeded"}""", await refused.Content.ReadAsStringAsync());
        Assert.Equal(4, gateway.Bus.Sent.Count);
    }

    [Theory, InlineData("20"), InlineData("a/b"), InlineData("0/5"), InlineData("5/0"), InlineData("-1/5"), InlineData("1/2/3"), InlineData("1/1e9")]
    public void Given_a_setting_that_is_no_rate_when_read_then_it_is_refused_by_its_name(string rate)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ECS_READ_RATE", (string?)rate)]).Build();

        var wrong = Assert.Throws<SettingException>(() => new Throttle(configuration, TimeProvider.System));

        Assert.Contains("ECS_READ_RATE", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task<int[]> AskAsync(GatewayHost gateway, string operation, string account, int times)
    {
        var statuses = new int[times];
        for (var i = 0; i < times; i++)
        {
            using var reply = await gateway.CallAsync(operation, "{}", Caller(account));
            statuses[i] = (int)reply.StatusCode;
            Assert.True(reply.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest);
        }

        return statuses;
    }

    private static (string, string) Caller(string account) => (
        "Authorization", $"AWS4-HMAC-SHA256 Credential={account}/20260803/eu-west-1/ecs/aws4_request, Signature=0");

    private sealed class SetClock : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
