using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.EcsTool;

/// <summary>What <c>ecs simulate</c> says of a small span, held against figures that were counted by hand.</summary>
/// <remarks>
/// A has 1024 cpu and 1024 MiB, B has 512 cpu and 3072 MiB. Asked for are, in this order and never to end: two small
/// tasks (300 cpu, 512 MiB) spread over the instances; a big one (512 cpu, 3072 MiB); a big one that would wait. The
/// least that a task needs is 300 cpu and 512 MiB: an instance with less of one strands what it has of the other.
/// <para>
/// Then: one small task on A, one on B. B has 212 cpu and 2560 MiB left: no big one fits (one failed, one waits), and
/// B's 212 cpu are less than 300, so its 2560 MiB are stranded all the time. Reserved: 600 cpu, 1024 MiB.
/// </para>
/// <para>
/// If binpack(memory): both small ones on A, which has 424 cpu left, stranded all the time, since no memory is left.
/// The first big one fills B: 0 and 0 left, nothing stranded. The other waits. Reserved: 600 + 512 = 1112 cpu, 4096 MiB.
/// </para>
/// <para>
/// If there were two of 1024 cpu and 4096 MiB: a small and a big task on each, 212 cpu and 512 MiB left of both. The
/// first one's 512 MiB are stranded from the first big task on, the other's from the second one, which is the last
/// event of the span. Reserved: 2 x (300 + 512) = 1624 cpu, 2 x (512 + 3072) = 7168 MiB.
/// </para>
/// </remarks>
[Collection(CalmTests.Name)]
public sealed class WhatIf(CalmStack stack) : StackTest(stack)
{
    private const string Fleet = "2xcpu:1024,memory:4096";

    [Fact]
    public async Task Given_a_span_that_was_counted_by_hand_when_simulated_then_table_json_and_chart_have_those_figures()
    {
        var ecs = Tool.Ecs(Stack);
        var cluster = NewName("what-if");
        (await ecs.RunAsync("create-cluster", cluster)).Good();
        await using var a = await SilentAgent.JoinAsync(Stack, cluster, 1024, 1024, "A");
        await using var b = await SilentAgent.JoinAsync(Stack, cluster, 512, 3072, "B");
        var small = await DefineAsync(NewName("small"), "sleep 1", cpu: 300, memory: 512);
        var big = await DefineAsync(NewName("big"), "sleep 1", cpu: 512, memory: 3072);
        await AgentsAreHeardAsync(cluster);
        string[] here = ["--cluster", cluster, "--no-wait"];
        (await ecs.RunAsync(["run-task", small, "--count", "2", "--placement-strategy", "spread:instanceId", .. here])).Good();
        Assert.Equal(4, (await ecs.RunAsync(["run-task", big, .. here])).ExitCode);
        (await ecs.RunAsync(["run-task", big, "--wait-for-capacity", "600", .. here])).Good();
        // Others write into the log, too: the span is from the first placement to the last wish, whatever was before and after.
        var events = (await ecs.RunAsync("history", $"cluster/{cluster}", "--json")).Good().Json["entries"]!.AsArray();
        var (from, to) = ((long)First("task-placed")["position"]! - 1, (long)First("task-queued")["position"]!);
        string[] question = ["simulate", "--from", $"{from}", "--to", $"{to}", "--cluster", cluster];
        var chart = Path.Combine(Stack.Folder, "what-if.svg");

        string[] packed = [.. question, "--strategy", "binpack:memory"];
        var told = (await ecs.RunAsync([.. packed, "--chart", chart])).Good();
        var json = (await ecs.RunAsync([.. packed, "--json"])).Good().Json;
        var fleet = (await ecs.RunAsync([.. question, "--instances", Fleet, "--json"])).Good().Json;

        Assert.Equal((4, 0, 2, 0), ((int)json["asked"]!, (int)json["carried"]!, (int)json["assumed"]!, (int)json["leftOut"]!));
        Is(json["then"]!, placed: 2, failed: 1, waiting: 1, stranded: (0, 0, 2560, 2560), reserved: (600, 1024), has: (1536, 4096));
        Is(json["if"]!, placed: 3, failed: 0, waiting: 1, stranded: (424, 424, 0, 0), reserved: (1112, 4096), has: (1536, 4096));
        Assert.True(JsonNode.DeepEquals(json["then"], fleet["then"]), "what was is the same, whatever it is compared with");
        Is(
            fleet["if"]!, placed: 4, failed: 0, waiting: 0, stranded: (0, 0, SinceFirstBig(First("task-placement-failed"), fleet), 1024),
            reserved: (1624, 7168), has: (2048, 8192));

        foreach (var row in new[]
        {
            "placed 2 3", "failed 1 0", "withdrawn while waiting 0 0", "still waiting 1 1", "there before, without a place 0 0",
            "waited p50, s 0 0", "waited p99, s 0 0", "stranded cpu, mean 0 424", "stranded cpu, peak 0 424",
            "stranded memory, mean MiB 2560 0", "stranded memory, peak MiB 2560 0", "reserved cpu, peak 600 1112",
            "reserved memory, peak MiB 1024 4096", "instances used, peak 2 2", "instances 2 2",
        })
        {
            Assert.Contains(row, Regex.Replace(told.Output, " +", " "), StringComparison.Ordinal);
        }

        Assert.Contains("2 tasks never ran in the log", told.Errors, StringComparison.Ordinal);
        // Each plot is 180 high, and as much as the instances have, 1536 cpu and 4096 MiB, is its whole height: of cpu
        // 240 - 180 x 600 / 1536 and 240 - 180 x 1112 / 1536, of memory 490 - 180 x 1024 / 4096 and 490 - 180.
        Assert.Equal(["870,169.7", "870,109.7", "870,445", "870,310"], Ends(chart));

        JsonNode First(string name) => events.First(e => (string?)e!["event"] == name)!;
    }

    private static void Is(
        JsonNode outcome, int placed, int failed, int waiting,
        (double Cpu, double PeakCpu, double Memory, double PeakMemory) stranded, (int Cpu, int Memory) reserved, (int Cpu, int Memory) has)
    {
        Assert.Equal((placed, failed, waiting), (Of("placed"), Of("failed"), Of("waiting")));
        Assert.Equal(
            stranded, (Of("strandedCpu"), Of("peakStrandedCpu"), Of("strandedMemory"), Of("peakStrandedMemory")));
        Assert.Equal(reserved, (Of("peakReservedCpu"), Of("peakReservedMemory")));
        Assert.Equal(has, (Of("cpu"), Of("memory")));
        Assert.Equal((0, 0, 0, 0), (Of("withdrawn"), Of("displaced"), Of("waitP50"), Of("waitP99")));
        Assert.Equal((2, 2), (Of("peakInstances"), Of("instances")));

        double Of(string member) => (double)outcome[member]!;
    }

    /// <summary>512 MiB for as much of the span as is behind the refusal of the first big task.</summary>
    private static double SinceFirstBig(JsonNode refused, JsonNode reply)
    {
        var (begins, ends) = (Time(reply["begins"]!), Time(reply["ends"]!));
        return Math.Round(512 * ((ends - Time(refused["at"]!)) / (ends - begins)), 1);
    }

    private static DateTimeOffset Time(JsonNode text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture);

    /// <summary>Where the drawn lines end: cpu then and if, memory then and if.</summary>
    private static IEnumerable<string> Ends(string chart) => XDocument.Load(chart).Descendants()
        .Where(element => element.Name.LocalName == "polyline")
        .Select(line => ((string)line.Attribute("points")!).Split(' ')[^1]);
}
