using System.Text.Json;
using Ecs.Contracts.Events;

namespace Ecs.Log.Tests;

/// <summary>Forms that no version ever wrote, read as an upcaster would have them read.</summary>
public sealed class UpcasterTests
{
    private const string Time = "2026-11-25T12:00:00+00:00";

    private static readonly string Arn = Sample.Cluster("one");

    /// <summary>A cluster's event had another name once, and its members had others.</summary>
    private static readonly Upcasters Invented = new(new Dictionary<string, Upcast>
    {
        ["cluster-made"] = older => ("cluster-created", older),
        ["cluster-created"] = older =>
        {
            if (!older.Remove("name", out var name)) return null;

            older["clusterName"] = name;
            return ("cluster-created", older);
        },
        ["cluster-round"] = older => ("cluster-about", older),
        ["cluster-about"] = older => ("cluster-round", older),
    });

    [Theory]
    [InlineData("cluster-created", "clusterName")]
    [InlineData("cluster-created", "name")]
    [InlineData("cluster-made", "name")]
    [InlineData("cluster-made", "clusterName")]
    public void Given_an_event_of_an_older_form_or_of_todays_when_read_then_it_is_the_event_of_today(
        string name, string member)
    {
        var read = Facts.Read(name, 7, Json($$"""{"clusterArn":"{{Arn}}","{{member}}":"one","at":"{{Time}}"}"""), Invented);

        Assert.Equal(new ClusterCreated(Arn, "one", DateTimeOffset.Parse(Time, null)), read);
    }

    [Fact]
    public void Given_a_name_that_nobody_knows_when_read_then_there_is_no_fact() =>
        Assert.Null(Facts.Read("cluster-teleported", 7, Json("{}"), Invented));

    [Fact]
    public void Given_what_no_upcaster_makes_readable_when_read_then_the_position_is_named()
    {
        var fault = Assert.Throws<InvalidDataException>(
            () => Facts.Read("cluster-made", 7, Json("""{"name":7}"""), Invented));

        Assert.Contains("at position 7", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_upcasters_that_lead_to_each_other_when_read_then_that_is_told_and_nobody_waits() =>
        Assert.Throws<InvalidOperationException>(() => Facts.Read("cluster-round", 7, Json("{}"), Invented));

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
