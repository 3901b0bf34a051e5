using System.Text.Json.Nodes;
using CsCheck;
using Ecs.Cli.Definitions;

namespace Ecs.Cli.Tests.Definitions;

public class DefinitionReaderTests
{
    private const string Plain = """{"family":"f","containerDefinitions":[{"name":"a","cpu":1}]}""";

    [Theory]
    [InlineData("""{"family":"f","containers":[{"name":"a","cpu":1}]}""")]
    [InlineData("""{"family":"f","containers":[{"name":"a","cpu":1,},],}""")]
    [InlineData("""{"family":"f" /* , "no": 1 */ ,"containers":[{"name":"a","cpu":1 , /* x */ }]}""")]
    [InlineData("// 1\n{\"family\":\"f\", -- with \"quotes\"\n\"containers\":[{\"name\":\"a\",\"cpu\":1}]} // end")]
    [InlineData("\uFEFF{\"family\":\"f\",\"containers\":[{\"name\":\"a\",\"cpu\":1}]}")]
    [InlineData("{\u00A0\"family\":\"f\",\r\n\"containers\":[{\"name\":\"a\",\"cpu\":1}]}")]
    [InlineData("""{"taskDefinition":{"family":"f","containerDefinitions":[{"name":"a","cpu":1}]}}""")]
    [InlineData("""
        {"taskDefinitionArn":"arn","family":"f","revision":3,"status":"ACTIVE","compatibilities":["EC2"],
        "requiresAttributes":[],"registeredAt":1.5,"registeredBy":"me","digest":"d",
        "containerDefinitions":[{"name":"a","cpu":1}]}
        """)]
    public void Given_a_way_to_write_it_when_read_then_it_is_the_same_definition(string text)
    {
        var (definition, error) = DefinitionReader.Read(text);

        Assert.Null(error);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Plain), definition!.Body), definition.Body.ToJsonString());
    }

    [Fact]
    public void Given_a_list_of_containers_when_read_then_it_is_a_task_of_them()
    {
        var (definition, _) = DefinitionReader.Read("[{\"name\": \"a\"},\n {\"name\": \"b\",\n \"cpu\": 1}]");

        Assert.Equal(2, definition!.Body["containerDefinitions"]!.AsArray().Count);
        Assert.Equal(3, definition.LineOf("containerDefinitions[1].cpu"));
    }

    [Theory]
    [InlineData("http://example.com/a--b")]
    [InlineData("/* not a comment */")]
    [InlineData("<< no placeholder >>")]
    [InlineData("a, ] }")]
    [InlineData("\\\"-- \\\\")]
    public void Given_what_looks_like_a_comment_inside_of_a_string_when_read_then_it_stays(string value)
    {
        var text = $$"""{"containers": [], "family": "{{value}}"}""";

        var (definition, _) = DefinitionReader.Read(text);

        Assert.Equal((string?)JsonNode.Parse(text)!["family"], (string?)definition!.Body["family"]);
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("  \n-- only a comment\n", 1, "empty")]
    [InlineData("5", 1, "A definition is an object")]
    [InlineData("{\n\"family\": \"a\"\n\"cpu\": 1}", 3, "'\"' is invalid")]
    [InlineData("{\n\"family\": \"a\n}", 2, "0x0A")]
    [InlineData("{\n\n/* never closed", 3, "never closed")]
    [InlineData("{\n\"a\": 1,\n\"a\": 2}", 3, "'a' stands here a second time; the first is in line 2.")]
    [InlineData("{\"containers\": [],\n\"containerDefinitions\": []}", 1, "'containers' and 'containerDefinitions'")]
    [InlineData("{\"versionLabel\": \"a\",\n\"version\": \"b\"}", 2, "'version' and 'versionLabel'")]
    [InlineData("{\"a\": [ , ]}", 1, "','")]
    [InlineData("{\"a\": [1,,]}", 1, "','")]
    [InlineData("{}\n{}", 2, "'{'")]
    [InlineData("{\n\"a\": \"\\ud800\"}", 2, "no whole Unicode character")]
    [InlineData("[\n<< here\n]", 2, "<< here is a placeholder")]
    public void Given_a_text_that_is_wrong_when_read_then_the_error_has_its_line(string text, int line, string expected)
    {
        var (definition, error) = DefinitionReader.Read(text);

        Assert.Null(definition);
        Assert.Contains(expected, error!.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
    }

    [Fact]
    public void Given_a_text_that_is_too_deep_when_read_then_it_is_an_error()
    {
        var (_, error) = DefinitionReader.Read(new string('[', 100_000));

        Assert.Contains("depth", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_any_text_when_read_then_there_is_a_definition_or_an_error_with_a_line_of_it() =>
        Gen.Select(Gen.String, Piece.Array[0, 12], (text, pieces) => string.Concat(pieces) + text)
            .Sample(IsDefinitionOrError);

    [Fact]
    public void Given_a_definition_with_any_piece_put_in_when_read_then_it_is_one_or_an_error_with_a_line() =>
        Gen.Select(Gen.Int[0, Plain.Length], Piece)
            .Sample((at, piece) => IsDefinitionOrError(Plain.Insert(at, piece)));

    [Fact]
    public void Given_comments_and_blanks_between_any_tokens_when_read_then_the_definition_is_the_same()
    {
        string[] tokens =
        [
            "{", "\"family\"", ":", "\"f\"", ",", "\"containerDefinitions\"", ":", "[",
            "{", "\"name\"", ":", "\"a\"", ",", "\"cpu\"", ":", "1", "}", "]", "}",
        ];
        var gap = OneOf("", " ", "\n", "-- x, ] }\n", "// \"y\n", "/* z */", "\t\r\n");
        gap.Array[tokens.Length + 1].Sample(gaps =>
        {
            var text = gaps[0] + string.Concat(tokens.Select((token, index) => token + gaps[index + 1]));
            var (definition, _) = DefinitionReader.Read(text);
            return JsonNode.DeepEquals(JsonNode.Parse(Plain), definition?.Body);
        });
    }

    private static Gen<string> Piece { get; } = OneOf(
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\"", "--", "//", "/*", "*/", "<<", ">>", "\n", "1", "-1", "null",
        "true", "\"containers\":", "\"taskDefinition\":", "\"image\":", "\\ud800", "\ud800", "\0", "é", " ");

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool IsDefinitionOrError(string text)
    {
        var (definition, error) = DefinitionReader.Read(text);
        return definition is not null
            ? error is null && definition.LineOf("family") >= 1
            : error!.Message.Length > 0 && error.Line >= 1 && error.Line <= 1 + text.Count(c => c == '\n');
    }
}
