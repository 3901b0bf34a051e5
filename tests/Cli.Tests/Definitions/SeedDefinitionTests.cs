using System.Text.Json.Nodes;
using Ecs.Cli.Definitions;

namespace Ecs.Cli.Tests.Definitions;

/// <summary>The examples of the article that the house is built after, character by character.</summary>
public class SeedDefinitionTests
{
    private const string Task = """
        {
        "family": "application-name",
        "version": "9a56714245e7e603127", -- This can be a simple version or git SHA1
        "containers": [
        << CONTAINER DEFINITIONS >>
        ]
        }
        """;

    private const string Container = """
        {
        "name": "container-name",
        "image": "app-container:latest",
        "cpu": 128, -- Note CPU is in units, defines the instances that can fit a given instance
        "memory": 512,
        "portMappings": [
        {
        "containerPort": 9443,
        "hostPort": 443
        }
        ],
        "links": ["frontend"],
        "essential": true
        }
        """;

    [Fact]
    public void Given_the_seed_s_task_as_it_stands_when_read_then_its_placeholder_is_pointed_at()
    {
        var (definition, error) = DefinitionReader.Read(Task);

        Assert.Null(definition);
        Assert.Equal(5, error!.Line);
        Assert.Contains("<< CONTAINER DEFINITIONS >> is a placeholder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_the_seed_s_task_with_its_container_when_read_then_it_is_the_definition_that_ecs_takes()
    {
        var text = Task.Replace("<< CONTAINER DEFINITIONS >>", Container, StringComparison.Ordinal);

        var (definition, _) = DefinitionReader.Read(text);

        Assert.True(JsonNode.DeepEquals(definition!.Body, JsonNode.Parse("""
            {
              "family": "application-name",
              "versionLabel": "9a56714245e7e603127",
              "containerDefinitions": [{
                "name": "container-name", "image": "app-container:latest", "cpu": 128, "memory": 512,
                "portMappings": [{ "containerPort": 9443, "hostPort": 443 }], "links": ["frontend"], "essential": true
              }]
            }
            """)));
        Assert.Equal(8, definition.LineOf("containerDefinitions[0].cpu"));
        Assert.Equal(3, definition.LineOf("versionLabel"));
    }

    [Fact]
    public void Given_the_seed_s_container_alone_when_read_then_it_is_a_task_of_that_container()
    {
        var (definition, _) = DefinitionReader.Read(Container);

        var container = Assert.Single(definition!.Body["containerDefinitions"]!.AsArray())!;
        Assert.Equal("container-name", (string?)container["name"]);
        Assert.Equal(9, definition.LineOf("containerDefinitions[0].portMappings[0].hostPort"));
    }

    [Fact]
    public void Given_a_family_and_a_version_on_the_command_line_when_named_then_they_win_over_the_file()
    {
        var (definition, _) = DefinitionReader.Read("""{"family": "a", "version": "b", "containers": []}""");

        definition!.Named("custom-name", "custom-version");

        Assert.Equal("custom-name", (string?)definition.Body["family"]);
        Assert.Equal("custom-version", (string?)definition.Body["versionLabel"]);
    }
}
