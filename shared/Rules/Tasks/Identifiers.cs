using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Rules.Tasks;

/// <summary>
/// Ids are derived from the command's, never drawn: deciding the same command again, here or in a replay, makes the
/// same tasks.
/// </summary>
public static class Identifiers
{
    private const int IdLength = 32;

    /// <summary>The id of a command's task by its place among them: 32 hexadecimal characters.</summary>
    public static string Task(Command command, int index) =>
        Hash($"{command.Account}\n{command.Region}\n{command.RepeatId}\n{Text(index)}");

    /// <summary>The id of the instance that a command adds: 32 hexadecimal characters.</summary>
    public static string Instance(Command command) =>
        Hash($"{command.Account}\n{command.Region}\n{command.RepeatId}\ncontainer-instance");

    /// <summary>The ARN of a task's container.</summary>
    public static string ContainerArn(Scope scope, string cluster, string taskId, string name)
    {
        var id = Guid.Parse(Hash($"{taskId}\n{name}"));
        return $"arn:aws:ecs:{scope.Region}:{scope.Account}:container/{cluster}/{taskId}/{id}";
    }

    /// <summary>The id of the execution that a command begins.</summary>
    public static string Execution(Command command) =>
        Hash($"execution\n{command.Account}\n{command.Region}\n{command.RepeatId}");

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..IdLength];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
