using System.Globalization;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Accounts;

/// <summary>
/// The calm house with one more Gateway, which knows access keys and nobody else: two teams', and an operator's.
/// </summary>
public sealed class TeamsHouse(CalmStack stack) : IAsyncLifetime
{
    internal const string RedKey = "AKIDRED";
    internal const string BlueKey = "AKIDBLUE";
    internal const string OperatorKey = "AKIDOPS";
    internal const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    internal string RedAccount { get; } = NewAccount();

    internal string BlueAccount { get; } = NewAccount();

    internal ServiceProcess Gateway { get; private set; } = null!;

    internal EcsApi Red { get; private set; } = null!;

    internal EcsApi RedAbroad { get; private set; } = null!;

    internal EcsApi Blue { get; private set; } = null!;

    internal EcsApi Operator { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var keys = Path.Combine(stack.Folder, "access-keys");
        await File.WriteAllTextAsync(keys, $"""
            # access key, secret, account
            {RedKey} {Secret}red {RedAccount}
            {BlueKey} {Secret}blue {BlueAccount}
            {OperatorKey} {Secret}ops operator
            """);
        Gateway = stack.Another(
            "Gateway", "Gateway-with-keys", path: null,
            ("ECS_AUDITOR_URL", stack.Auditor.Url), ("ECS_ACCESS_KEYS_FILE", keys));
        await Gateway.StartReadyAsync();
        Red = new EcsApi(Gateway.Url, RedKey, Secret + "red");
        RedAbroad = new EcsApi(Gateway.Url, RedKey, Secret + "red", "eu-west-1");
        Blue = new EcsApi(Gateway.Url, BlueKey, Secret + "blue");
        Operator = new EcsApi(Gateway.Url, OperatorKey, Secret + "ops");
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    private static string NewAccount() =>
        Random.Shared.NextInt64(100_000_000_000, 999_999_999_999).ToString(CultureInfo.InvariantCulture);
}
