using System.Text.Json;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.AwsCli;

/// <summary>Sessions that a user of ECS types, with every AWS CLI that must work, unmodified.</summary>
public abstract class AwsSession(CalmStack stack) : StackTest(stack)
{
    public static TheoryData<string> Clis => [.. TestSettings.AwsClis];

    internal Task<ToolRun> AwsAsync(string cli, params string[] arguments) => Tool.Aws(cli, Stack).RunAsync(arguments);

    /// <summary>A file as the CLI's <c>file://</c> names it.</summary>
    internal string FileOf(object content)
    {
        var path = Path.Combine(Stack.Folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, JsonSerializer.Serialize(content));
        return $"file://{path}";
    }
}
