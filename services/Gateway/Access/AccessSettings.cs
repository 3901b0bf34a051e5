using Ecs.Hosting;

namespace Ecs.Gateway.Access;

/// <summary>Who may ask, as the settings have it.</summary>
/// <param name="Keys">The table of access keys.</param>
/// <param name="AllowsUnsigned">
/// Whether requests without a known access key are taken too, in the account that they name.
/// </param>
internal sealed record AccessSettings(AccessKeys Keys, bool AllowsUnsigned)
{
    /// <summary>The table itself: for container platforms that hand secrets over as variables.</summary>
    public const string KeysSetting = "ECS_ACCESS_KEYS";

    /// <summary>The path of a file that holds the table.</summary>
    public const string KeysFileSetting = "ECS_ACCESS_KEYS_FILE";

    /// <summary><c>true</c> lets everyone in who reaches the Gateway.</summary>
    public const string UnsignedSetting = "ECS_UNSIGNED_ACCESS";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingException">
    /// One cannot be read, or nobody could come in: there is no key, and unsigned access is not on.
    /// </exception>
    public static AccessSettings Read(IConfiguration configuration)
    {
        var allowsUnsigned = configuration[UnsignedSetting] switch
        {
            null or "" or "false" => false,
            "true" => true,
            _ => throw new SettingException(UnsignedSetting, "true or false"),
        };
        var keys = ReadKeys(configuration);
        return keys.Count > 0 || allowsUnsigned
            ? new AccessSettings(keys, allowsUnsigned)
            : throw new SettingException(
                KeysFileSetting,
                $"the path of a file with access keys, since else nobody could ask this Gateway anything; or set "
                + $"{UnsignedSetting}=true, where whoever reaches it may do everything");
    }

    /// <summary>Says at the start who may come in.</summary>
    public void Tell(ILogger logger)
    {
        if (Keys.Count > 0)
        {
            logger.LogInformation(
                "Requests are signed with one of {Keys} access keys of {Accounts} accounts.",
                Keys.Count,
                Keys.Accounts);
        }

        if (AllowsUnsigned)
        {
            logger.LogWarning(
                "Unsigned access is on ({Setting}): whoever reaches this Gateway may do everything in every account.",
                UnsignedSetting);
        }
    }

    private static AccessKeys ReadKeys(IConfiguration configuration)
    {
        var (path, table) = (configuration[KeysFileSetting], configuration[KeysSetting]);
        if (string.IsNullOrEmpty(path)) return AccessKeys.Read(KeysSetting, table ?? "");
        if (!string.IsNullOrEmpty(table))
        {
            throw new SettingException(KeysSetting, $"empty where {KeysFileSetting} is set");
        }

        try
        {
            return AccessKeys.Read(KeysFileSetting, File.ReadAllText(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(KeysFileSetting, $"the path of a file that can be read: {fault.Message}");
        }
    }
}
