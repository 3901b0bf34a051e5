using System.Net;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;
using Ecs.Gateway.Tests.Model;

namespace Ecs.EndToEnd.Fidelity;

/// <summary>
/// Walks ECS's model along every operation that the house says it has, and sends to the real services what the model
/// forbids: no required member, a word that is none of an enum's, a value of another type, one too long, too large or of
/// other characters. Each is an error of the operation's, and its message names the member. That replies are as the model has
/// them, <see cref="Clients.EcsApi"/> checks in every test.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class ModelWalk(CalmStack stack) : StackTest(stack)
{
    // Beyond the types of an operation's own: those that every operation may answer with.
    private static readonly string[] Common =
        ["SerializationException", "ClientException", "InvalidParameterException"];

    // What ECS itself says, without the member's name as it is spelt.
    private static readonly string[] Unnamed = ["Container definitions list cannot be empty.", "Container instances cannot be empty."];

    [Fact]
    public async Task Given_the_operations_of_ecs_when_each_is_called_then_it_is_here_or_told_to_be_missing()
    {
        var here = await OperationsHereAsync();
        Assert.Subset(EcsModel.Operations.ToHashSet(), here.ToHashSet());
        foreach (var operation in EcsModel.Operations.Except(here))
        {
            var refused = await Api.RefusedAsync(operation, "{}");
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            // By its name, or by what this house has in its place.
            Assert.Matches($"{operation}|Ecs.Events|Agent", refused.Message);
        }
    }

    [Fact]
    public async Task Given_what_the_model_forbids_when_sent_then_it_is_refused_with_an_error_that_names_the_member()
    {
        var wrong = new List<string>();
        await Api.CallAsync("RegisterTaskDefinition", ForbiddenRequest.Definition);
        foreach (var operation in await OperationsHereAsync())
        {
            foreach (var forbidden in ForbiddenRequest.Of(operation))
            {
                var (status, text) = await Api.PostAsync(operation, forbidden.Body.ToJsonString());
                if (Wrong(forbidden, status, text) is { } what) wrong.Add($"{forbidden}: {what}: {(int)status} {text}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>What is wrong with the answer to a forbidden request; null where it is refused as it should be.</summary>
    internal static string? Wrong(ForbiddenRequest forbidden, HttpStatusCode status, string text)
    {
        var reply = JsonNode.Parse(text)!;
        if (status is not HttpStatusCode.BadRequest) return "not refused";

        var (type, message) = ((string?)reply["__type"] ?? "", (string?)reply["message"] ?? "");
        if (!EcsModel.Errors(forbidden.Operation).Concat(Common).Contains(type)) return $"{type} is not the operation's";

        // A member that is not here is told by the outermost one that is not.
        if (forbidden.Around.Any(around => message.StartsWith($"The member '{around}' of ECS ", StringComparison.Ordinal))) return null;

        if (forbidden.Type is { } expected && type != expected) return $"not a {expected}";

        return message.Contains(forbidden.Member, StringComparison.OrdinalIgnoreCase)
            || Unnamed.Contains(message)
            ? null
            : "the member is not named";
    }

    private async Task<IReadOnlyList<string>> OperationsHereAsync() =>
        [.. JsonNode.Parse(await Api.GetAsync(""))!["operations"]!.AsArray().Select(name => (string)name!)];
}
