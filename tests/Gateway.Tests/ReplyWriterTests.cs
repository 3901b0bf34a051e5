using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Ecs.Contracts;
using Ecs.Gateway.Api;
using Ecs.Gateway.Tests.EcsModel;

namespace Ecs.Gateway.Tests;

public class ReplyWriterTests
{
    [Theory]
    [InlineData("2026-08-03T10:11:12.123456Z", "1785751872.123")]
    [InlineData("2026-08-03T12:11:12+02:00", "1785751872")]
    [InlineData("1970-01-01T00:00:00.5Z", "0.5")]
    public void Given_a_time_when_written_then_it_is_epoch_seconds_to_the_millisecond(string iso, string expected) =>
        Assert.Equal(
            "{\"task\":{\"createdAt\":" + expected + "}}",
            Write("StopTask", """{"task": {"createdAt": "TIME"}}""".Replace("TIME", iso, StringComparison.Ordinal)));

    [Fact]
    public void Given_text_that_looks_like_a_time_when_written_then_it_stays_text()
    {
        const string Time = "2026-08-03T10:11:12Z";

        var reply = Write("DescribeTaskDefinition", """
            {"taskDefinition":{"registeredAt":"TIME","versionLabel":"TIME","unknownAt":"TIME",
            "containerDefinitions":[{"environment":[{"name":"createdAt","value":"TIME"}]}]}}
            """.Replace("\n", "", StringComparison.Ordinal).Replace("TIME", Time, StringComparison.Ordinal));

        Assert.Equal(
            """
            {"taskDefinition":{"registeredAt":1785751872,"versionLabel":"TIME","unknownAt":"TIME",
            "containerDefinitions":[{"environment":[{"name":"createdAt","value":"TIME"}]}]}}
            """.Replace("TIME", Time, StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal),
            reply);
    }

    [Fact]
    public void Given_nulls_and_members_of_a_newer_version_when_written_then_nulls_go_and_the_others_stay() =>
        Assert.Equal(
            """{"task":{"taskArn":"a","novelty":{"a":[1,null]}}}""",
            Write("StopTask", """{"task":{"taskArn":"a","startedAt":null,"novelty":{"a":[1,null]}}}"""));

    [Fact]
    public void Given_a_result_without_times_when_written_then_it_is_copied_byte_for_byte()
    {
        const string Result = """{"taskArns":["arn:aws:ecs:é\u0041"],"nextToken":"2026-08-03T10:11:12Z"}""";

        Assert.Equal(Result, Write("ListTasks", Result));
    }

    [Fact]
    public void Given_any_time_when_written_then_it_reads_back_to_the_millisecond() =>
        Gen.DateTime[DateTime.UnixEpoch, new DateTime(2200, 1, 1)].Sample(moment =>
        {
            var time = new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
            var number = ReplyWriter.EpochSeconds(time).ToString(CultureInfo.InvariantCulture);
            Assert.Equal(
                time.ToUnixTimeMilliseconds(),
                (long)(decimal.Parse(number, CultureInfo.InvariantCulture) * 1000));
            Assert.Matches(@"^\d+(\.\d{1,3})?$", number);
        });

    [Fact]
    public void Given_every_timestamp_that_ecs_and_the_house_have_when_written_then_it_is_a_number()
    {
        foreach (var operation in Operations.All.Values)
        {
            var members = EcsJson.Options.GetTypeInfo(operation.Result).Properties;
            foreach (var path in EcsModelFacts.Timestamps(operation.Name))
            {
                var parts = path.Split('.');
                var first = members.Single(member => member.Name == parts[0].TrimEnd('[', ']'));
                var info = EcsJson.Options.GetTypeInfo(first.PropertyType);
                if (info.ElementType is not null) info = EcsJson.Options.GetTypeInfo(info.ElementType);
                var known = info.Properties.FirstOrDefault(member => member.Name == parts[1]);
                if (known is null || parts.Length > 2) continue;

                var type = known.PropertyType;
                Assert.Equal(typeof(DateTimeOffset), Nullable.GetUnderlyingType(type) ?? type);
            }
        }
    }

    private static string Write(string operation, string result)
    {
        using var document = JsonDocument.Parse(result);
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            ReplyWriter.Write(Operations.All[operation].Times, document.RootElement, writer);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
