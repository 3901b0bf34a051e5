using System.Net;
using Ecs.Contracts.Commands;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>Simulations as they are asked for, from a real log that the Scheduler's own rules wrote.</summary>
public sealed class SimulateTests(WrittenLog written) : PlayedHouse(written)
{
    [Fact]
    public async Task Given_a_span_when_simulated_on_another_fleet_then_what_was_and_would_have_been_stand_side_by_side()
    {
        Fleet.Instance(1, zone: "a");
        var from = await WriteAsync();
        Fleet.Now = Fleet.Now.AddSeconds(1);
        Fleet.Run(new RunTask { TaskDefinition = "large", Count = 3 });
        Fleet.Now = Fleet.Now.AddSeconds(60);
        Fleet.Run(new RunTask { TaskDefinition = "large", WaitForCapacity = 600 });
        var to = await WriteAsync();
        var path = $"/simulate?from={from}&to={to}&strategy=binpack:memory&instances=2xcpu:1024,memory:2048;1xcpu:900,memory:1500";

        var reply = await House.GetAsync(path);

        Assert.Equal(4, reply.GetProperty("asked").GetInt32());
        Assert.Equal((1, 2, 1), Counts(reply.GetProperty("then")));
        Assert.Equal((3, 0, 1), Counts(reply.GetProperty("if")));
        Assert.Equal(2700, reply.GetProperty("chart").GetProperty("if").GetProperty("cpu")[239].GetInt64());
        Assert.Equal(reply.GetRawText(), (await House.GetAsync(path)).GetRawText());
        foreach (var (wrong, why) in new[]
        {
            ($"from={to}&to={from}", "upside down"),
            ($"from={from}&to={to + 1}", "is in the future"),
            ($"from={from}&to=2999-01-01T00:00:00Z", "is in the future"),
            ("from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", "holds no event"),
            ($"from={from}&to={to}&strategy=fastest", "strategy"),
            ($"from={from}&to={to}&instances=3x", "instances"),
            ($"from={from}&to={to}&speed=2", "is not a parameter"),
        })
        {
            var error = await House.GetAsync($"/simulate?{wrong}", HttpStatusCode.BadRequest);
            Assert.Contains(why, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        await House.GetAsync($"/simulate?from={from}&to={to}&cluster=nowhere", HttpStatusCode.NotFound);
    }

    private static (int Placed, int Failed, int Waiting) Counts(System.Text.Json.JsonElement outcome) => (
        outcome.GetProperty("placed").GetInt32(),
        outcome.GetProperty("failed").GetInt32(),
        outcome.GetProperty("waiting").GetInt32());
}
